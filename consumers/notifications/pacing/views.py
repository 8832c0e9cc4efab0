"""The page on which somebody says when they are written to, and how often."""

from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consumers.notifications.pacing.forms import RhythmForm
from consumers.notifications.pacing.models import Rhythm
from consumers.notifications.sending import links
from consumers.notifications.site.viewer import account_of

PATH = "/notifications/hours"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rhythm(request: HttpRequest) -> HttpResponse:
    account_id = account_of(request)
    if account_id is None:
        return redirect(f"/accounts/login/?next={PATH}")
    known = Rhythm.objects.filter(pk=account_id).first() or Rhythm(account_id=account_id)
    told = request.POST if request.method == "POST" else None
    form = RhythmForm(told, initial=model_to_dict(known))
    if form.is_valid():
        form.save(account_id)
        return redirect(links.PREFERENCES)
    status = 400 if form.errors else 200
    return render(request, "notifications/hours.html", {"form": form}, status=status)
