"""A site's patterns as data: what they fit, and an example of each."""

from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import get_resolver, path
from pytest_django import Settings

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


def test_a_site_below_a_path_has_its_patterns_there(settings: Settings) -> None:
    settings.FORCE_SCRIPT_NAME = "/app"
    home = {p.written: p for p in patterns(sample.__name__)}["/app/homes/<int:pk>/"]
    assert home.example == "/app/homes/7/"
    assert home.fits("/app/homes/42/")
    assert not home.fits("/homes/42/")


@pytest.mark.parametrize("is_bare", [False, True], ids=["all-prefixed", "default-bare"])
def test_an_address_in_each_language_is_one_pattern(settings: Settings, is_bare: bool) -> None:
    settings.USE_I18N = True
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    urls = i18n_patterns(path("news/", sample.plain), prefix_default_language=not is_bare)
    site: Any = type("Site", (), {"urlpatterns": urls})
    (news,) = patterns(site)
    assert news.written == "/<language>/news/"
    assert news.fits("/de/news/")
    assert news.fits("/en/news/")
    assert not news.fits("/fr/news/")
    assert news.fits("/news/") is is_bare
    assert news.fits(news.example)
