"""Whether the monolith can answer: it can when its database does, whatever else is down."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return HttpResponse(f"database: {error}", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
