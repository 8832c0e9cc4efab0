"""Freshness over a Django model: a consumer with a database needs no class of its own."""

from functools import partial

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from consumers.runtime.models import PartitionOwner
from consumers.runtime.web.freshness import FreshnessMiddleware, _made
from consumers.runtime.web.versions import ModelVersions
from tests.consumers.conftest import Sign

# Any model with a key and a number will do: no table is made for a test alone.
versions = partial(ModelVersions, PartitionOwner, "listing", key="partition", version="epoch")


@pytest.fixture(autouse=True)
def row(db: None, settings: Settings) -> None:
    settings.FRESHNESS_READ_MODEL = f"{__name__}.versions"
    settings.PROBE_PATHS = ["/healthz"]
    PartitionOwner.objects.create(consumer="prices", topic="t", partition=12, epoch=5)


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ({"listing": {"12": 5}}, 200),
        ({"listing": {"12": 4}}, 200),
        ({"listing": {"12": 6}}, 425),
        ({"listing": {"13": 1}}, 425),
        ({"listing": {"twelve": 1}}, 425),
        ({"listing": {"12": None}}, 425),
        ({"listing": {"13": None}}, 200),
        ({"listing": {str(10**30): 1}}, 425),
        ({"account": {"12": 99}}, 200),
    ],
)
def test_a_page_waits_for_what_its_reader_wrote(
    pairs: dict[str, dict[str, int | None]], status: int, sign: Sign
) -> None:
    _made.cache_clear()
    request = RequestFactory().get("/prices")
    request.COOKIES["banyan_fresh"] = sign(pairs=pairs)

    assert FreshnessMiddleware(page)(request).status_code == status
    _made.cache_clear()


def test_one_question_for_one_aggregate(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        assert not versions().is_behind("listing", "12", 5)
    with django_assert_num_queries(0):
        assert not versions().is_behind("account", "12", 5)


def test_a_database_that_cannot_tell_is_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE runtime_partition")
    assert versions().is_behind("listing", "12", 5)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("prices")
