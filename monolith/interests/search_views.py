"""Saved searches: the parameters of a search enter, are checked as the search checks them, and
leave as a row; the list shows each in words with the number of homes that fit now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monolith.accounts.models import User
from monolith.errors import TooManySearches
from monolith.interests import criteria, services
from monolith.interests.forms import SavedSearchForm
from monolith.interests.models import SavedSearch
from monolith.search import queries
from monolith.search.forms import SearchForm

# Each search of a page is counted, so a page is short.
PAGE_SIZE = 10


@never_cache
@require_safe
@login_required
def searches(request: HttpRequest) -> HttpResponse:
    kept = SavedSearch.objects.filter(account=_user(request)).order_by("-id")
    page = Paginator(kept, PAGE_SIZE).get_page(request.GET.get("page"))
    homes = criteria.counts(page.object_list)
    rows = [
        {**_in_words(search.criteria), "search": search, "homes": homes[search.pk]}
        for search in page.object_list
    ]
    context = {"page": page, "rows": rows, "limit": services.MAX_SEARCHES}
    return render(request, "interests/searches.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a name and a frequency for the search whose parameters stand in the address."""
    asked = SearchForm(request.GET, queries.choices())
    if not asked.is_valid():
        return render(request, "interests/bad_search.html", {"asked": asked}, status=400)
    found = criteria.normalised(asked)
    form = SavedSearchForm(_posted(request))
    if form.is_valid() and _create(request, form, found):
        messages.success(request, "Your search is saved.")
        return redirect("interests:searches")
    status = 400 if form.errors else 200
    context = {"form": form, **_in_words(found)}
    return render(request, "interests/new_search.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, search_id: int) -> HttpResponse:
    """Rename a search or tell of it more or less often; somebody else's does not exist here."""
    search = get_object_or_404(SavedSearch, pk=search_id, account=_user(request))
    now = {"name": search.name, "frequency": search.frequency}
    form = SavedSearchForm(_posted(request), initial=now)
    if form.is_valid():
        with _not_found():
            services.change_search(search.account_id, search.pk, **form.cleaned_data)
        messages.success(request, "Your changes are saved.")
        return redirect("interests:searches")
    status = 400 if form.errors else 200
    context = {"form": form, "search": search, **_in_words(search.criteria)}
    return render(request, "interests/change_search.html", context, status=status)


@require_POST
@login_required
def delete(request: HttpRequest, search_id: int) -> HttpResponse:
    with _not_found():
        services.remove_search(_user(request).pk, search_id)
    messages.success(request, "The search is deleted.")
    return redirect("interests:searches")


@contextmanager
def _not_found() -> Iterator[None]:
    """Answer 404 for somebody else's search, or one that another tab deleted a moment ago."""
    try:
        yield
    except SavedSearch.DoesNotExist as error:
        raise Http404 from error


def _create(request: HttpRequest, form: SavedSearchForm, found: criteria.Criteria) -> bool:
    try:
        services.create_search(_user(request).pk, criteria=found, **form.cleaned_data)
    except TooManySearches as error:
        form.add_error(None, str(error))
        return False
    return True


def _in_words(found: criteria.Criteria) -> dict[str, Any]:
    return {"words": criteria.in_words(found), "link": criteria.link(found)}


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
