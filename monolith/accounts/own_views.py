"""A member's own pages: their forms enter services; their data leaves as they ask."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from monolith.accounts import personal_data, services
from monolith.accounts.forms import NameForm, NewEmailForm, PasswordForm
from monolith.accounts.joining_views import refuse_link, show_form
from monolith.accounts.models import User
from monolith.errors import AccountError, LinkNotValid
from monolith.mail_limit import may_send


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = NameForm(_posted(request), initial={"display_name": user.display_name})
    if form.is_valid():
        services.rename(user.pk, form.cleaned_data["display_name"])
        messages.success(request, "Your name is saved.")
        return redirect("account:profile")
    status = 400 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask_for_email(request: HttpRequest) -> HttpResponse:
    form = NewEmailForm(_user(request), _posted(request))
    if form.is_valid() and may_send(request, form, "account"):
        services.ask_for_email(_user(request).pk, form.cleaned_data["email"])
        return redirect("accounts:mail_sent")
    words = {"title": "Change your e-mail address", "button": "Send me a link"}
    intro = "We send a link to the new address; the old one stays until you follow it."
    return show_form(request, form, intro=intro, **words)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for one click more and change the address then: mail scanners only get."""
    if request.method != "POST":
        return render(request, "accounts/change_email.html")
    try:
        services.change_email(token)
    except LinkNotValid as error:
        return refuse_link(request, error)
    messages.success(request, "Your new e-mail address is saved.")
    return redirect("account:profile")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(_user(request), _posted(request))
    if form.is_valid() and _erase(form):
        logout(request)
        messages.success(request, "Your account is deleted.")
        return redirect("accounts:login")
    words = {"title": "Delete your account", "button": "Delete my account for good"}
    intro = "Your name, your address and all that belongs to them are removed at once."
    return show_form(request, form, intro=intro, **words)


@never_cache
@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Give all that the site holds of the person, as a file to keep."""
    data = personal_data.export(_user(request))
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return JsonResponse(data, headers=headers, json_dumps_params={"indent": 2})


class ChangePasswordView(PasswordChangeView):
    template_name = "accounts/form.html"
    success_url = "/account/"
    extra_context = {"title": "Change your password", "button": "Save the new password"}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your new password is set.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)


def _erase(form: PasswordForm) -> bool:
    try:
        services.delete(form.user.pk)
    except AccountError as error:
        form.add_error(None, str(error))
        return False
    return True


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
