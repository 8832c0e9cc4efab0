"""An agency admin's page: all that one agent sells goes to another agent of the agency."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from monolith.accounts.models import AGENTS, User
from monolith.accounts.permissions import agent_required
from monolith.listings import services


class AgentField(forms.ModelChoiceField):
    def label_from_instance(self, agent: Any) -> str:
        return f"{agent.get_full_name()}, {agent.homes} listing{'' if agent.homes == 1 else 's'}"


class HandOverForm(forms.Form):
    old_agent = AgentField(User.objects.none(), label="From", empty_label="Choose an agent")
    new_agent = AgentField(User.objects.none(), label="To", empty_label="Choose an agent")

    def __init__(self, data: Any, agency_id: int) -> None:
        super().__init__(data, label_suffix="")
        members = _members(agency_id)
        # Who has left may still have homes to hand over, but is given none.
        fields: dict[str, Any] = self.fields
        fields["old_agent"].queryset = members.filter(homes__gt=0)
        fields["new_agent"].queryset = members.filter(_SELLS, is_active=True)

    def clean(self) -> None:
        chosen = self.cleaned_data
        if chosen.get("old_agent") and chosen.get("old_agent") == chosen.get("new_agent"):
            raise forms.ValidationError("Choose two different agents.")


_SELLS = Q(is_agency_admin=True) | Q(pk__in=User.objects.filter(groups__name=AGENTS))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@never_cache
def hand_over(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if not user.is_agency_admin or user.agency_id is None:
        raise PermissionDenied
    form = HandOverForm(request.POST if request.method == "POST" else None, user.agency_id)
    if form.is_valid():
        old, new = form.cleaned_data["old_agent"], form.cleaned_data["new_agent"]
        count = services.hand_over(old.pk, new.pk)
        messages.success(request, f"{new.get_full_name()} has {count} more listings now.")
        return redirect("listings:own")
    status = 400 if form.errors else 200
    return render(request, "listings/hand_over.html", {"form": form}, status=status)


def _members(agency_id: int) -> Any:
    members = User.objects.filter(agency_id=agency_id).annotate(homes=Count("listings"))
    return members.order_by("display_name", "pk")
