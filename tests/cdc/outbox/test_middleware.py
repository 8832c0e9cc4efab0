"""A request's id reaches its events; nonsense does not."""

import uuid

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cdc.outbox.context import Correlation, current
from cdc.outbox.middleware import CorrelationMiddleware


def correlation_of(**headers: str) -> Correlation:
    seen: list[Correlation] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current.get())
        return HttpResponse()

    CorrelationMiddleware(view)(RequestFactory().get("/", headers=headers))
    assert current.get() == Correlation(), "the next request must not inherit it"
    return seen[0]


def test_the_gateways_request_id_and_trace_are_taken_over() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    found = correlation_of(x_request_id="9f1c-1", traceparent=trace)

    assert (found.correlation_id, found.traceparent) == ("9f1c-1", trace)


def test_who_asked_for_what_is_told_when_it_is_asked() -> None:
    found = correlation_of()

    assert (found.actor(), found.reason()) == ("visitor", "GET /")


@pytest.mark.parametrize("hostile", ["", "a" * 65, "two words", "x\ny", "<b>"])
def test_an_id_that_does_not_fit_is_replaced(hostile: str) -> None:
    found = correlation_of(x_request_id=hostile, traceparent=hostile)

    assert uuid.UUID(found.correlation_id)
    assert found.traceparent == ""
