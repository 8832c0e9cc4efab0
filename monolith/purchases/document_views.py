"""The page of one document: a typed name enters; the text and its signatures leave."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from monolith.accounts.models import User
from monolith.errors import NotTheirStep, PurchaseError
from monolith.purchases import purchase_services
from monolith.purchases.finding import find_purchase
from monolith.purchases.forms import SignForm
from monolith.purchases.models import Document, Purchase, PurchaseStatus, Role


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def document(request: HttpRequest, offer_id: int, kind: str) -> HttpResponse:
    """Show a document with its signatures, and take one."""
    purchase, role = find_purchase(request, offer_id)
    found = get_object_or_404(Document, purchase=purchase, kind=kind)
    form = SignForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid() and _is_signed(request, purchase, kind, form):
        messages.success(request, f"You have signed: {found.get_kind_display()}.")
        return redirect("purchases:offer", offer_id)
    signatures = list(found.signatures.all())
    may_sign = role != Role.STAFF and role not in [each.role for each in signatures]
    context = {
        "document": found,
        "purchase": purchase,
        "signatures": signatures,
        "form": form if may_sign and purchase.status == PurchaseStatus.IN_ESCROW else None,
    }
    return render(request, "purchases/document.html", context, status=400 if form.errors else 200)


def _is_signed(request: HttpRequest, purchase: Purchase, kind: str, form: Any) -> bool:
    try:
        name = form.cleaned_data["name"]
        purchase_services.sign(cast(User, request.user), purchase.pk, kind, name)
    except NotTheirStep as error:
        raise PermissionDenied from error
    except PurchaseError as error:
        form.add_error("name", str(error))
        return False
    return True
