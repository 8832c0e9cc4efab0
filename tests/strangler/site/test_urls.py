"""A site's patterns as data: what they fit, and an example of each."""

import pytest
from django.urls import get_resolver

from strangler.site.urls import Pattern, patterns
from tests.strangler.site import sample

FOUND = {pattern.written: pattern for pattern in patterns(sample.__name__)}


def test_nested_patterns_are_whole_paths_with_their_names() -> None:
    home = FOUND["/homes/<int:pk>/"]
    assert (home.name, home.example) == ("homes:home", "/homes/7/")
    assert home.fits("/homes/42/")
    assert not home.fits("/homes/42/edit")
    assert FOUND["/"].example == "/"


@pytest.mark.parametrize("pattern", [p for p in FOUND.values() if p.example], ids=str)
def test_django_takes_each_example_to_the_patterns_view(pattern: Pattern) -> None:
    match = get_resolver(sample.__name__).resolve(pattern.example)
    assert match.func.__name__ in (pattern.view.name.rpartition(".")[2], "view")


def test_an_old_expression_keeps_its_own_ends() -> None:
    assert FOUND["/^old/(?P<year>\\d{4})/(?P<rest>.*)$"].fits("/old/2020/x/y")
    assert FOUND["/^price\\$"].fits("/price$")
