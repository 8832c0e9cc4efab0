"""The page of one offer, which the buyer, the agent and staff share, and the steps on it.

Enters: a post of the one whose step it is. Leaves: the page again, with what is next.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.errors import NotTheirStep, PurchaseError
from monolith.purchases import offer_services, purchase_services
from monolith.purchases.finding import find, find_purchase
from monolith.purchases.forms import CancelForm, DepositForm
from monolith.purchases.models import Purchase
from monolith.purchases.sheet import describe

# Steps that take no words: the last part of the address, what does it, what it says then.
STEPS: dict[str, tuple[Callable[[User, int], None], str]] = {
    "withdraw": (offer_services.withdraw, "Your offer is withdrawn."),
    "accept": (offer_services.accept, "The offer is accepted. The home's sale is pending."),
    "decline": (offer_services.decline, "The offer is declined."),
    "escrow": (purchase_services.confirm_escrow, "The deposit is in escrow."),
    "complete": (purchase_services.complete, "The purchase is complete. The home is sold."),
}


@never_cache
@require_safe
@login_required
def offer_page(request: HttpRequest, offer_id: int) -> HttpResponse:
    return _page(request, offer_id)


@require_POST
@login_required
def take_step(request: HttpRequest, offer_id: int, name: str) -> HttpResponse:
    find(request, offer_id)
    step, said = STEPS[name]
    return _take(request, offer_id, step, said)


@never_cache
@require_POST
@login_required
def pay_deposit(request: HttpRequest, offer_id: int) -> HttpResponse:
    form = DepositForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, offer_id, form)
    find(request, offer_id)
    pay = partial(purchase_services.pay_deposit, reference=form.cleaned_data["reference"])
    return _take(request, offer_id, pay, "We have told the agent that the deposit is paid.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cancel(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Ask for the reason, then end the purchase."""
    purchase, role = find_purchase(request, offer_id)
    form = CancelForm(role, request.POST if request.method == "POST" else None)
    if form.is_valid():
        end = partial(purchase_services.cancel, reason=form.cleaned_data["reason"])
        return _take(request, offer_id, end, "The purchase is cancelled.")
    if not purchase.is_running:
        return redirect("purchases:offer", offer_id)
    context = {"form": form, "purchase": purchase}
    return render(request, "purchases/cancel.html", context, status=400 if form.errors else 200)


def _take(
    request: HttpRequest, offer_id: int, step: Callable[[User, int], None], said: str
) -> HttpResponse:
    try:
        step(cast(User, request.user), offer_id)
        messages.success(request, said)
    except NotTheirStep as error:
        raise PermissionDenied from error
    except Purchase.DoesNotExist as error:
        raise Http404 from error
    except PurchaseError as error:
        messages.error(request, str(error))
    return redirect("purchases:offer", offer_id)


def _page(request: HttpRequest, offer_id: int, form: DepositForm | None = None) -> HttpResponse:
    offer, role = find(request, offer_id)
    context = describe(offer, role)
    context["deposit_form"] = form or DepositForm(label_suffix="")
    return render(request, "purchases/offer.html", context, status=400 if form else 200)
