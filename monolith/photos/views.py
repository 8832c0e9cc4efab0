"""The pictures themselves, for any browser that has been told their names.

A name is checked by the address's pattern and holds neither dots nor slashes of the asker's
own, so that nothing but a picture of ours can be read; and it cannot be guessed, so that a
draft's pictures are seen by those who see the draft.
"""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from monolith.photos.models import name

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, listing_id: str, digest: str, width: str) -> HttpResponse:
    try:
        with default_storage.open(name(int(listing_id), digest, int(width))) as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(content, "image/webp", headers={"Cache-Control": FOR_EVER})
