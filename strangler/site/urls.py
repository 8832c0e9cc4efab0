"""Every URL pattern of a Django site, as plain data.

On the line: read inside the site's own process, told to the control plane. Enters: a
URLconf. Leaves: what each pattern fits, an example of it, and what its view is like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils.regex_helper import normalize

from strangler.examples import example

from .views import View, described

# One of these fits nearly every part of a path that anybody names.
SAMPLES = ("7", "a-b", "x", "2030", "01", "01234567-89ab-cdef-0123-456789abcdef", "json")
_ENOUGH = 5_000
# What browsers leave as it is.
_PLAIN = "/:@!$&'()*+,;="


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: how the site writes it, what it fits, and who takes it."""

    written: str
    regex: str
    # A path that fits; empty where none could be made.
    example: str
    name: str
    view: View

    @property
    def address(self) -> str:
        """Return the example as it is on the wire."""
        return quote(self.example, safe=_PLAIN)

    def fits(self, path: str) -> bool:
        """Whether the site would take this path, as it is on the wire, to the view."""
        return re.fullmatch(self.regex, unquote(path)) is not None


def patterns(urlconf: str | None = None) -> list[Pattern]:
    """Return the patterns in the order in which Django tries them."""
    mounted = f"{settings.FORCE_SCRIPT_NAME or ''}/"
    leaves = _leaves(get_resolver(urlconf), mounted, re.escape(mounted), "")
    return [
        Pattern(written, regex, _example(regex), name, described(leaf.callback))
        for leaf, written, regex, name in leaves
    ]


def _leaves(
    resolver: URLResolver, written: str, regex: str, spaces: str
) -> Iterator[tuple[URLPattern, str, str, str]]:
    for entry in resolver.url_patterns:
        whole, fitting = written + _written(entry.pattern), regex + _bare(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = f"{spaces}{entry.namespace}:" if entry.namespace else spaces
            yield from _leaves(entry, whole, fitting, inside)
        else:
            yield entry, whole, fitting, f"{spaces}{entry.name}" if entry.name else ""


def _written(pattern: Any) -> str:
    return "<language>/" if isinstance(pattern, LocalePrefixPattern) else str(pattern)


def _bare(pattern: Any) -> str:
    """Return a part's expression without its ends, so that parts can be put together."""
    if isinstance(pattern, LocalePrefixPattern):
        return _any_language(pattern)
    found: str = pattern.regex.pattern
    return re.sub(r"(\\Z|\\z|(?<!\\)\$)$", "", found.removeprefix("^"))


def _any_language(pattern: LocalePrefixPattern) -> str:
    """Return what fits each language's beginning, and none where the default has none."""
    codes = "|".join(re.escape(code) for code, _ in settings.LANGUAGES)
    return f"(?:(?:{codes})/){'' if pattern.prefix_default_language else '?'}"


def _example(regex: str) -> str:
    for form, names in normalize(regex):
        for values in islice(product(SAMPLES, repeat=len(names)), _ENOUGH):
            path = form % dict(zip(names, values, strict=True))
            if re.fullmatch(regex, path):
                return path
    # Django makes nothing of alternatives.
    return example(regex)
