"""Long lists page by page: a queryset enters, a page with its count and its neighbours leaves."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    page_size = 24
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", str(self.page_size))
        # The framework would take what it cannot read for its default, and say nothing.
        if not (asked.isascii() and asked.isdecimal() and 0 < int(asked[:9]) <= self.max_page_size):
            bounds = f"Enter a whole number from 1 to {self.max_page_size}."
            raise ValidationError({"page_size": [bounds]})
        return int(asked)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        bounds = {"page": {"minimum": 1}, "page_size": {"minimum": 1, "maximum": 100}}
        for parameter in parameters:
            parameter["schema"] |= bounds[parameter["name"]]
        return parameters
