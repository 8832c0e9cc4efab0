"""Paths: what fits, what two have in common, and that Django means the same by a pattern."""

import pytest
from django.urls import path as django_path
from hypothesis import given
from hypothesis import strategies as st

from strangler.routes.paths import CONVERTERS, Match, Path, PathError, path

PAIRS = [
    (("exact", "/a/b"), ("exact", "/a/b"), True),
    (("exact", "/a/b"), ("prefix", "/a/"), True),
    (("exact", "/a"), ("prefix", "/a/"), False),
    (("prefix", "/a/"), ("prefix", "/a/b/"), True),
    (("prefix", "/a/b/"), ("prefix", "/a/c/"), False),
    (("exact", "/homes/7/"), ("pattern", "/homes/<int:pk>/"), True),
    (("exact", "/homes/x/"), ("pattern", "/homes/<int:pk>/"), False),
    (("pattern", "/homes/<int:pk>/"), ("pattern", "/homes/<slug>/"), True),
    (("pattern", "/homes/<int:pk>/"), ("pattern", "/homes/<int:pk>/edit"), False),
    (("pattern", "/a/<str:x>/b"), ("pattern", "/a/c/<str:y>"), True),
    (("pattern", "/a/<uuid:x>"), ("pattern", "/a/<int:y>"), False),
    (("pattern", "/a/<path:x>"), ("pattern", "/a/b/<int:y>"), True),
    (("pattern", "/a/<path:x>"), ("prefix", "/b/"), False),
    (("prefix", "/homes/"), ("pattern", "/homes/<int:pk>/"), True),
    (("prefix", "/homes/new/"), ("pattern", "/homes/<int:pk>/"), False),
    (("regex", "/homes/[0-9]+"), ("exact", "/homes/7"), True),
    (("regex", "/homes/[0-9]+"), ("prefix", "/users/"), False),
    (("regex", "/a|/b"), ("prefix", "/b/"), True),
]


@pytest.mark.parametrize(("one", "other", "overlap"), PAIRS)
def test_two_paths_overlap_as_requests_would(
    one: tuple[str, str], other: tuple[str, str], overlap: bool
) -> None:
    first, second = path(*one), path(*other)
    assert first.overlaps(second) is second.overlaps(first) is overlap


@pytest.mark.parametrize(
    ("one", "other", "hidden"),
    [
        (("prefix", "/a/"), ("pattern", "/a/<int:x>"), True),
        (("pattern", "/a/<int:x>"), ("prefix", "/a/"), False),
        (("pattern", "/a/<int:x>"), ("pattern", "/a/<int:y>"), True),
        (("pattern", "/a/<str:x>"), ("exact", "/a/b"), True),
        (("exact", "/a/b"), ("pattern", "/a/<str:x>"), False),
    ],
)
def test_one_path_hides_another_only_for_certain(
    one: tuple[str, str], other: tuple[str, str], hidden: bool
) -> None:
    assert path(*one).hides(path(*other)) is hidden


@given(
    st.sampled_from([f"{converter}:x" for converter in CONVERTERS] + ["x"]),
    st.text(st.sampled_from("a7-/_.Ab0f"), max_size=9),
    st.sampled_from(["", "/", "/edit", ".html"]),
)
def test_a_pattern_fits_what_django_makes_of_it(converter: str, value: str, tail: str) -> None:
    pattern = f"homes/<{converter}>{tail}"
    in_django = django_path(pattern, lambda request: None).pattern  # type: ignore[arg-type,return-value]
    asked = f"homes/{value}{tail}"
    assert path("pattern", f"/{pattern}").fits(f"/{asked}") is (in_django.match(asked) is not None)


@given(st.sampled_from(list(CONVERTERS)))
def test_an_example_of_a_pattern_fits_it(converter: str) -> None:
    found = path("pattern", f"/a/<{converter}:x>/b")
    assert found.fits(found.example)


@pytest.mark.parametrize(
    ("match", "value", "complaint"),
    [
        (Match.EXACT, "search", "is not a path"),
        (Match.EXACT, 7, "is not a path"),
        (Match.EXACT, "/s?q=1", "is not a path"),
        (Match.EXACT, "/a//b", "is not a path"),
        (Match.EXACT, "/café", "must be percent-encoded"),
        (Match.PREFIX, "/api", "must end with /"),
        (Match.PATTERN, "/a/<year:y>/", "unknown converter 'year'"),
        (Match.REGEX, "/a/(", "missing )"),
        (Match.REGEX, "/a(?=b)", "looks around or back"),
        (Match.REGEX, r"/(a)\1", "looks around or back"),
        (Match.REGEX, "/a++", "looks around or back"),
    ],
)
def test_what_is_no_path_is_refused(match: Match, value: object, complaint: str) -> None:
    with pytest.raises(PathError) as error:
        path(match, value)
    assert complaint in str(error.value)


def test_a_prefix_claims_nothing_beside_it() -> None:
    found = Path(Match.PREFIX, "/api/")
    assert found.fits("/api/")
    assert found.fits("/api/x/y")
    assert not found.fits("/api")
    assert not found.fits("/apis/")
