"""What a program sends: bytes enter, plain values leave, or a 400 that says what is wrong."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Body(JSONParser):
    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        # Read as a whole, because Django limits the length of that and of nothing else.
        body = BytesIO(parser_context["request"].body)
        try:
            return super().parse(body, media_type, parser_context)
        except RecursionError:
            raise ParseError("This is nested too deeply.") from None


def answer_error(error: Exception, context: Any) -> Response | None:
    """Answer as the framework does, and a body over Django's limit as JSON, too."""
    if isinstance(error, RequestDataTooBig):
        error = ParseError("The body is too long.")
    return exception_handler(error, context)
