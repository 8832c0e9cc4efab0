"""A site asked from outside, in a process of its own."""

import pytest

from strangler.site.asking import Site, SiteError
from strangler.site.urls import patterns
from tests.strangler.site import sample


def test_a_bare_urlconf_tells_the_same_from_outside() -> None:
    assert Site(urlconf=sample.__name__).patterns() == patterns(sample.__name__)


@pytest.mark.parametrize(
    ("site", "complaint"),
    [
        (Site(urlconf="no.urls"), "no.urls cannot be read: ModuleNotFoundError"),
        (Site(settings="no.settings"), "no.settings cannot be read: ModuleNotFoundError"),
    ],
)
def test_a_site_that_cannot_be_read_is_one_line(site: Site, complaint: str) -> None:
    with pytest.raises(SiteError) as error:
        site.patterns()
    assert str(error.value).startswith(complaint)
    assert "\n" not in str(error.value)
