"""The fields of the form, each written once.

Enters: a field and what was asked in it. Leaves: the very markup that Django gives for them, which
depends on nothing else. Django writes some twenty fields anew for each page, the longest with 64
choices, and that took half of a page's time.
"""

from collections.abc import Callable, Hashable
from typing import Any

from django.forms import BoundField, ChoiceField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString

# A page has about twenty fields, and most are empty or hold one of a few values.
_MOST_KEPT = 2_000
_kept: dict[Hashable, str] = {}


class NoErrors(ErrorList):
    """What most fields have: no template is needed to say nothing."""

    def __str__(self) -> SafeString:
        return SafeString()

    __html__ = __str__


class RememberedField(BoundField):
    """A field in a form whose markup is kept; one with an error is left to Django."""

    @property
    def errors(self) -> ErrorList:
        found: ErrorList | None = self.form.errors.get(self.name)
        return found or NoErrors(renderer=self.renderer)

    def as_widget(self, *arguments: Any, **options: Any) -> Any:
        write = super().as_widget
        if arguments or options or self.errors:
            return write(*arguments, **options)
        widget = self.field.widget
        kind = type(widget).__qualname__, *sorted(widget.attrs.items())
        return once(("widget", *self._identity, kind, self.value(), self._choices), write)

    def label_tag(self, *arguments: Any, **options: Any) -> Any:
        write = super().label_tag
        if arguments or options:
            return write(*arguments, **options)
        return once(("label", *self._identity), write)

    @property
    def _identity(self) -> tuple[str, ...]:
        return type(self.form).__qualname__, self.html_name, self.auto_id

    @property
    def _choices(self) -> tuple[Any, ...]:
        choices: Any = self.field.choices if isinstance(self.field, ChoiceField) else ()
        return tuple(choices)


class RememberingRenderer(DjangoTemplates):
    """Django's renderer of forms, with fields that are remembered."""

    bound_field_class = RememberedField


def once(key: Hashable, write: Callable[[], str]) -> str:
    """Return what was written for ``key``, in bounded memory."""
    if (markup := _kept.get(key)) is None:
        # What people type has no end, and nearly all of it is asked once.
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        markup = _kept[key] = write()
    return markup
