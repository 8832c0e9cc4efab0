"""What the old search could not do, each behind a flag: all off while both must answer alike.

Enters: who asks. Leaves: whether a feature is on for them, by OpenFeature, so that any provider of
flags can decide; without one, `SEARCH_FEATURES` names what is on for everybody.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.module_loading import import_string
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

_DOMAIN = "search"


class Feature(StrEnum):
    """Every feature by its flag's name."""

    TYPOS = "search-typos"
    SYNONYMS = "search-synonyms"
    SUGGESTIONS = "search-suggestions"
    OPEN_FACETS = "search-open-facets"
    PRICE_HISTOGRAM = "search-price-histogram"
    DRAWN_AREA = "search-drawn-area"
    MAP_CLUSTERS = "search-map-clusters"
    SIMILAR_HOMES = "search-similar-homes"
    HIGHLIGHTS = "search-highlights"
    RELEVANCE = "search-relevance"
    CURSORS = "search-cursors"
    SAVED_SEARCH_PREVIEW = "search-saved-search-preview"
    EXPLANATION = "search-explanation"


# These change the page; the others answer at addresses of their own.
PAGE = frozenset(Feature) - {Feature.CURSORS}


def is_on(feature: Feature, request: HttpRequest) -> bool:
    """Tell whether the feature is on for who asks; a provider that fails says no."""
    return bool(on_of({feature}, request))


def on_of(features: Iterable[Feature], request: HttpRequest) -> frozenset[Feature]:
    """Return those that are on for who asks; a provider that fails says no."""
    client = api.get_client(_DOMAIN)
    if isinstance(client.provider, Settled):
        # A dozen evaluations cost a twentieth of a page, and these need no asking.
        return client.provider.on.intersection(features)
    context = _context(request)
    return frozenset(each for each in features if client.get_boolean_value(each, False, context))


def use_settings() -> None:
    """Let the settings decide, or the provider that they name.

    Raises ``ImproperlyConfigured`` for a name that is no feature, or no provider.
    """
    path = settings.SEARCH_FLAG_PROVIDER
    if not path:
        api.set_provider(switched_on(settings.SEARCH_FEATURES), _DOMAIN)
        return
    try:
        provider = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"SEARCH_FLAG_PROVIDER: {error}") from error
    api.set_provider(provider(settings.SEARCH_FLAG_SOURCE), _DOMAIN)


class Settled(InMemoryProvider):
    """Has some features on for everybody, and the others off."""

    def __init__(self, on: Iterable[Feature]) -> None:
        self.on = frozenset(on)
        variants = {"on": True, "off": False}
        super().__init__(
            {each: InMemoryFlag("on" if each in self.on else "off", variants) for each in Feature}
        )


def switched_on(names: Iterable[str]) -> Settled:
    """Return a provider under which these features are on for everybody, and the others off."""
    asked = set(names)
    if unknown := asked - set(Feature):
        raise ImproperlyConfigured(
            f"SEARCH_FEATURES names {', '.join(sorted(unknown))}; "
            f"there are {', '.join(sorted(Feature))}."
        )
    return Settled(map(Feature, asked))


def _context(request: HttpRequest) -> EvaluationContext:
    carrier: Any = request
    who = carrier.identity
    told = {"staff": who.is_staff, "groups": sorted(who.groups)}
    # Who has shown no identity is in no share but the whole.
    bucket = {"bucket": who.bucket} if who.sub else {}
    return EvaluationContext(targeting_key=who.sub, attributes=told | bucket)
