"""What only the notifications service can answer, answered in its place while it is away.

On the line: the gateway asks the monolith when the service cannot answer. Leaves: "come again",
as a 404 would tell mail programs and mails' providers to give up what they came to say.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from monolith import error_pages


@never_cache
@csrf_exempt
def away(request: HttpRequest, rest: str = "") -> HttpResponse:
    return error_pages.away(request)
