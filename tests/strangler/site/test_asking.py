"""A site asked from outside, in a process of its own."""

import venv
from pathlib import Path

import django
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


def test_a_site_is_read_with_packages_of_its_own(tmp_path: Path, site_python: Path) -> None:
    (tmp_path / "foreign_urls.py").write_text("from only_there import urlpatterns\n")
    site = Site(urlconf="foreign_urls")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        (pattern,) = Site(urlconf="foreign_urls", python=str(site_python)).patterns()
        assert pattern.written == "/there/"
        with pytest.raises(SiteError):
            site.patterns()
    with pytest.raises(SiteError, match="nowhere: No such file or directory"):
        Site(urlconf="foreign_urls", python="nowhere").patterns()


@pytest.fixture
def site_python(tmp_path: Path) -> Path:
    """Make an environment that has Django and a package that is nowhere else."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = Path(django.__file__).parents[1]
    (packages / "ours.pth").write_text(f"{ours}\n")
    (packages / "only_there.py").write_text(
        "from django.http import HttpResponse\n"
        "from django.urls import path\n"
        "urlpatterns = [path('there/', lambda request: HttpResponse())]\n"
    )
    return folder / "bin" / "python"
