"""An agent's page of a home's photos: files enter a service, or come back with what is wrong."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from monolith import body_limit
from monolith.accounts.permissions import agent_required
from monolith.errors import NotAPicture, TooManyPhotos
from monolith.listings.lookup import own_listing
from monolith.listings.models import Listing, Status
from monolith.listings.steps import plan
from monolith.photos import services
from monolith.photos.models import Photo
from monolith.photos.pictures import MAX_BYTES, Picture, read


class CaptionForm(forms.ModelForm):
    class Meta:
        model = Photo
        fields = ("caption",)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def photos(request: HttpRequest, listing_id: int) -> HttpResponse:
    """Show the photos of a home and take more of them, each judged for itself."""
    listing = own_listing(request, listing_id)
    if request.method != "POST":
        return _page(request, listing)
    uploads = request.FILES.getlist("photos")
    if not uploads or len(uploads) > services.MAX_PHOTOS:
        return _page(request, listing, [f"Choose from 1 to {services.MAX_PHOTOS} photos."])
    pictures, problems = _read(uploads)
    try:
        added = services.add(listing.pk, pictures)
    except TooManyPhotos as error:
        return _page(request, listing, [*problems, str(error)])
    if added:
        messages.success(request, f"{added} photo{'' if added == 1 else 's'} added.")
    return _page(request, listing, problems) if problems else redirect("photos:of", listing.pk)


@require_POST
@agent_required
def change(request: HttpRequest, listing_id: int, photo_id: int) -> HttpResponse:
    """Describe, move or delete one photo, as the button says that was pressed."""
    listing = own_listing(request, listing_id)
    photo = get_object_or_404(listing.photos, pk=photo_id)
    deed = request.POST.get("do")
    if deed == "delete":
        services.remove(photo)
    elif deed in ("earlier", "later"):
        services.move(photo, -1 if deed == "earlier" else 1)
    else:
        form = CaptionForm(request.POST, instance=photo)
        if not form.is_valid():
            return _page(request, listing, [str(each) for each in form.errors["caption"]])
        services.describe(photo, form.cleaned_data["caption"])
    return redirect("photos:of", listing.pk)


def _read(uploads: Sequence[UploadedFile]) -> tuple[list[Picture], list[str]]:
    pictures, problems = [], []
    for upload in uploads:
        try:
            # One byte more than may be tells that it is too long, whatever its size is.
            pictures.append(read(upload.read(MAX_BYTES + 1)))
        except NotAPicture as error:
            problems.append(
                f"{Truncator(upload.name or 'A file').chars(60)} was not taken: {error}."
            )
    return pictures, problems


def _page(request: HttpRequest, listing: Listing, problems: Sequence[str] = ()) -> HttpResponse:
    is_draft = listing.status == Status.DRAFT
    context = {
        "listing": listing,
        "photos": listing.photos.all(),
        "problems": problems,
        "steps": plan.progress(listing, "photos"),
        "following": plan.NAMED["review"].url(listing) if is_draft else "",
        "back": plan.NAMED["price"].url(listing) if is_draft else "",
        "max_photos": services.MAX_PHOTOS,
        "max_megabytes": MAX_BYTES // 1_000_000,
        "max_at_once": body_limit.MAX_BYTES // 1_000_000,
    }
    return render(request, "photos/photos.html", context, status=400 if problems else 200)
