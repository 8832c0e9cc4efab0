"""What every page of the site owes: health, errors in its own dress, no need for Redis."""

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from monolith.settings import CACHES
from monolith.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]
DEAD_REDIS = {"default": {**CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [*urlpatterns, path("broken", broken)]


@pytest.mark.django_db
def test_health_needs_the_database_only(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_an_unknown_address_has_a_page(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Maumee Homes" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/listings/-1"])
def test_programs_are_told_in_json_what_is_not_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_error_of_ours_has_a_page(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "It was our mistake" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/search", "/accounts/login/"])
def test_pages_do_without_redis(client: Client, url: str) -> None:
    with override_settings(CACHES=DEAD_REDIS):
        assert cache.get("anything") is None
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["site.css", "homes.svg", "icon.svg"])
def test_static_files_have_stable_addresses(client: Client, name: str) -> None:
    answer = client.get(f"/static/site/{name}")
    assert answer.status_code == 200
    assert len(answer.getvalue()) < 15_000
