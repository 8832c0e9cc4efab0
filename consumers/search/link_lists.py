"""What is asked and the other pages as markup: criteria and a pager enter, lists of links leave.

They are the lists of `asked.html` and `pager.html`, without the turns of a template's loops.
"""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from consumers.search.asked import Asked
from consumers.search.pager import Link, Pager


def asked_list(asked: Sequence[Asked]) -> SafeString:
    """Return a link without each criterion; nothing when nothing is asked."""
    if not asked:
        return SafeString()
    items = "".join(
        f'<li><a href="{escape(each.url)}">{escape(each.label)}: {escape(each.words)}'
        '<span aria-hidden="true"> &times;</span></a></li>\n'
        for each in asked
    )
    return mark_safe(
        f'<nav class="asked" aria-label="Leave out one thing">\n<ul>\n{items}</ul>\n</nav>\n'
    )


def page_list(pager: Pager) -> SafeString:
    """Return links to the pages near; the end of a line when there is one alone."""
    if pager.pages <= 1:
        return SafeString("\n")
    items = "".join(map(_page, pager.links))
    before, after = _step("prev", "Previous", pager.previous), _step("next", "Next", pager.next)
    return mark_safe(
        f'<nav class="pager" aria-label="Pages">\n<ul>\n{before}{items}{after}</ul>\n</nav>\n\n'
    )


def _page(link: Link) -> str:
    if not link.number:
        return '<li class="gap">…</li>\n'
    if link.is_current:
        return f'<li><span aria-current="page">{link.number}</span></li>\n'
    label = f'aria-label="Page {link.number}"'
    return f'<li><a href="{escape(link.url)}" {label}>{link.number}</a></li>\n'


def _step(relation: str, words: str, url: str) -> str:
    return f'<li><a rel="{relation}" href="{escape(url)}">{words}</a></li>\n' if url else ""
