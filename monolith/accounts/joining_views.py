"""From a stranger to a member: an address enters, a mailed link comes back, an account leaves.

The answer to a registration is the same for every address, known or not.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monolith.accounts import services
from monolith.accounts.forms import ConfirmForm, EmailForm
from monolith.errors import LinkNotValid
from monolith.mail_limit import may_send, show

BACKEND = "monolith.accounts.backends.NameOrEmailBackend"
CAME_FROM = "joined_from"


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and may_send(request, form, "account"):
        services.register(form.cleaned_data["email"])
        _remember_where(request)
        return redirect("accounts:mail_sent")
    words = {"title": "Create an account", "button": "Send me a link"}
    intro = "We send a link to your address; there you choose a name and a password."
    return show_form(request, form, intro=intro, **words)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show and take the last form; only the post changes something, so scanners may look."""
    try:
        user = services.awaiting(token)
        form = ConfirmForm(user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return _enter(request, token, form)
    except LinkNotValid as error:
        return refuse_link(request, error)
    words = {"title": "Confirm your account", "button": "Start"}
    return show_form(request, form, intro=f"Your e-mail address: {user.email}", **words)


def show_form(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    return show(request, "accounts/form.html", form, **words)


def refuse_link(request: HttpRequest, error: LinkNotValid) -> HttpResponse:
    return render(request, "accounts/link_not_valid.html", {"error": error}, status=400)


class ResetView(PasswordResetView):
    template_name = "accounts/form.html"
    email_template_name = "accounts/mail/password_reset.txt"
    subject_template_name = "accounts/mail/password_reset_subject.txt"
    success_url = "/accounts/mail-sent/"
    extra_context = {
        "title": "Choose another password",
        "intro": "We send a link to the e-mail address of your account.",
        "button": "Send me a link",
    }

    def form_valid(self, form: Any) -> HttpResponse:
        if not may_send(self.request, form, "account"):
            return self.form_invalid(form)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return show_form(self.request, form, **self.extra_context)


class ResetConfirmView(PasswordResetConfirmView):
    template_name = "accounts/reset.html"
    success_url = "/accounts/login/"

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your new password is set. Please log in.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)


def _remember_where(request: HttpRequest) -> None:
    """Keep where somebody wished for an account, to bring them back there with one."""
    path = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure()):
        request.session[CAME_FROM] = path


def _enter(request: HttpRequest, token: str, form: ConfirmForm) -> HttpResponse:
    name, password = form.cleaned_data["display_name"], form.cleaned_data["new_password1"]
    user = services.confirm(token, display_name=name, password=password)
    login(request, user, backend=BACKEND)
    messages.success(request, "Welcome. Your account is ready.")
    return HttpResponseRedirect(request.session.pop(CAME_FROM, reverse("account:profile")))
