"""Prices by upload: a file enters, is shown with its errors, and is saved whole or not at all."""

import csv
from typing import cast

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.errors import ListingError
from monolith.listings import services
from monolith.listings.models import Listing
from monolith.listings.price_list import (
    COLUMNS,
    MAX_BYTES,
    MAX_LINES,
    REPRICEABLE,
    Line,
    UnreadableList,
    read,
)

SALT = "listings.prices"
AN_HOUR = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and show what it would change; nothing is saved yet."""
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MAX_BYTES:
        return _page(request, problem=f"Choose a CSV file of at most {MAX_BYTES // 1000} kB.")
    try:
        lines = read(file.read(), editable_by(cast(User, request.user)))
    except UnreadableList as error:
        return _page(request, problem=str(error))
    if any(line.error for line in lines):
        return _page(request, lines=lines, problem="Correct the marked lines and upload again.")
    return _page(request, lines=lines, order=_sign(request, lines))


@require_POST
@agent_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Save what the preview showed, if every price is still what it was then."""
    user = cast(User, request.user)
    try:
        signed = signing.loads(request.POST.get("order", ""), salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        return _page(request, problem="The preview is too old. Upload the file again.")
    if signed["user"] != user.pk:
        return _page(request, problem="The preview is somebody else's. Upload the file again.")
    prices = {listing_id: (old, new) for listing_id, old, new in signed["prices"]}
    try:
        services.reprice_all(prices, among=editable_by(user))
    except ListingError as error:
        return _page(request, problem=str(error))
    messages.success(request, f"The new prices of {len(prices)} listings are saved.")
    return redirect("listings:own")


@require_safe
@agent_required
def template(request: HttpRequest) -> HttpResponse:
    """Download the list to fill in: the homes that the person may ask another price for."""
    homes = Listing.objects.filter(
        editable_by(cast(User, request.user)), status__in=REPRICEABLE
    ).order_by("id")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="prices.csv"'
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    writer.writerows((pk, price, "") for pk, price in homes.values_list("id", "price"))
    return answer


def _sign(request: HttpRequest, lines: list[Line]) -> str:
    prices = [(int(line.listing_id), line.old, int(line.new_price)) for line in lines]
    return signing.dumps({"user": request.user.pk, "prices": prices}, salt=SALT, compress=True)


def _page(
    request: HttpRequest, problem: str = "", lines: list[Line] | None = None, order: str = ""
) -> HttpResponse:
    context = {"problem": problem, "lines": lines, "order": order, "max_lines": MAX_LINES}
    return render(request, "listings/prices_upload.html", context, status=400 if problem else 200)
