"""The agent's side: an inbox leaves; an answer enters a service.

An enquiry is open to whoever may edit its home, and does not exist for anybody else.
"""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.accounts.permissions import agent_required, editable_by
from monolith.enquiries import answering, services
from monolith.enquiries.forms import ReplyForm
from monolith.enquiries.models import Enquiry, Reply
from monolith.listings.models import Listing

PAGE_SIZE = 25


@never_cache
@require_safe
@agent_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer or has one that may not have arrived, the newest first.

    Then what was answered last.
    """
    in_doubt = Exists(Reply.objects.filter(enquiry=OuterRef("pk")).exclude(doubt=""))
    enquiries = _answerable_by(cast(User, request.user)).annotate(is_in_doubt=in_doubt)
    only_waiting = request.GET.get("show") == "unanswered"
    if only_waiting:
        enquiries = enquiries.filter(Q(answered_at=None) | Q(is_in_doubt=True))
    newest = F("answered_at").desc(nulls_first=True)
    ordered = enquiries.order_by(F("is_in_doubt").desc(), newest, "-id")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "only_waiting": only_waiting}
    return render(request, "enquiries/inbox.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def enquiry(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Show one enquiry with its answers, and mail one more."""
    user = cast(User, request.user)
    found = get_object_or_404(_answerable_by(user), pk=enquiry_id)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.reply(found.pk, user.pk, form.cleaned_data["text"])
        messages.success(request, "Your answer is sent.")
        return redirect("enquiries:enquiry", found.pk)
    status = 400 if form.errors else 200
    replies = found.replies.select_related("author")
    context = {"form": form, "enquiry": found, "replies": replies}
    return render(request, "enquiries/enquiry.html", context, status=status)


@require_POST
@agent_required
def mail_again(request: HttpRequest, enquiry_id: int, reply_id: int) -> HttpResponse:
    """Mail an answer once more that may not have arrived."""
    found = get_object_or_404(_answerable_by(cast(User, request.user)), pk=enquiry_id)
    reply = get_object_or_404(found.replies, pk=reply_id)
    if answering.send_again(reply.pk):
        messages.success(request, "Your answer is mailed again.")
    return redirect("enquiries:enquiry", found.pk)


@require_POST
@agent_required
def mark_answered(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(_answerable_by(user), pk=enquiry_id)
    services.mark_answered(found.pk, user.pk)
    messages.success(request, "The enquiry is marked as answered.")
    return redirect("enquiries:inbox")


def _answerable_by(user: User) -> QuerySet[Enquiry]:
    theirs = Listing.objects.filter(editable_by(user))
    enquiries = Enquiry.objects.filter(listing__in=theirs.values("pk"))
    return enquiries.select_related("listing", "account").defer(
        "listing__description", "listing__search_vector"
    )
