"""A policy that is put together once is the one that django-csp puts together each time."""

from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from consumers.runtime.web.content_policy import ContentPolicyMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("found")


def test_every_answer_has_the_policy_of_the_settings(
    settings: Settings, rf: RequestFactory
) -> None:
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": ["'self'"]}}
    request = rf.get("/search")
    theirs: Any = CSPMiddleware(answer)(request)
    expected = dict(theirs.headers)
    assert "default-src 'self'" in expected["Content-Security-Policy"]
    assert dict(ContentPolicyMiddleware(answer)(request).headers) == expected
