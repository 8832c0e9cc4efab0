"""What a view is like, told from its decorators, its class or its source."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from rest_framework.viewsets import ViewSet

from strangler.site.views import described
from tests.strangler.site import sample


class Homes(ViewSet):
    """Lists, and updates."""

    list = update = ViewSet.options


@pytest.mark.parametrize(
    ("view", "methods", "marks"),
    [
        (sample.plain, "GET HEAD", ""),
        (sample.looks, "GET HEAD POST", "files messages"),
        (sample.streams, "GET HEAD", "streaming"),
        (sample.forgives, "GET HEAD", ""),
        (sample.guarded, "GET HEAD PUT", ""),
        (sample.posted, "POST", ""),
        (sample.Listed.as_view(), "GET HEAD", ""),
        (sample.Kept.as_view(), "GET HEAD DELETE", "session"),
        (admin.site._registry[Group].add_view, "GET HEAD POST", "files forms messages"),
        (admin.site._registry[Group].history_view, "GET HEAD", "messages"),
        (Homes.as_view({"get": "list", "patch": "update"}), "GET HEAD PATCH", ""),
    ],
)
def test_methods_and_marks_are_those_of_the_view(
    view: Callable[..., Any], methods: str, marks: str
) -> None:
    found = described(view)
    assert (" ".join(found.methods), " ".join(found.marks)) == (methods, marks)
