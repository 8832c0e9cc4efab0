"""The facets of a page as markup, the same that their template gives: facets enter, lists leave.

A page has some sixty of these links, no two alike; a template's loop writes them in a seventh of
a page's time, and this in a thirtieth.
"""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from consumers.search.facets import Choice, Facet


def lists(facets: Sequence[Facet]) -> SafeString:
    """Return a heading and a list for each."""
    return mark_safe("".join(map(_list, facets)))


def _list(facet: Facet) -> str:
    items = "".join(map(_item, facet.choices))
    others = _OTHERS.format(facet.others) if facet.others else ""
    return f"<h2>{escape(facet.label)}</h2>\n<ul>\n{items}{others}</ul>\n"


_OTHERS = "<li><small>and {} more, in the list of the form</small></li>\n"


def _item(choice: Choice) -> str:
    link = f'<a href="{escape(choice.url)}">{escape(choice.words)}</a>'
    return f"<li>{link} <small>{choice.count}</small></li>\n"
