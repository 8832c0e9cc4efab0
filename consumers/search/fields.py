"""Kinds of fields of the search form: what people or links send enters, checked values leave.

The extracted copy of the monolith's module.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consumers.criteria.places import plain

LARGEST = 2**31 - 1
# No exponents, no "nan", no digits of other scripts: just what a map writes.
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?")


def whole_number(label: str, least: int = 0, **options: Any) -> forms.IntegerField:
    bounds = f"Enter a whole number from {least} to {LARGEST:,}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=LARGEST,
        error_messages={"invalid": bounds, "min_value": bounds, "max_value": bounds},
        **options,
    )


def facet(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class DegreesField(forms.CharField):
    """Pairs of latitude and longitude; leaves them written in one way, or nothing."""

    def __init__(self, label: str, pairs: int, shape: str, **options: Any) -> None:
        super().__init__(label=label, required=False, max_length=100, **options)
        self.numbers = 2 * pairs
        self.shape = shape

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        parts = [part.strip() for part in text.split(",")]
        if len(parts) != self.numbers or not all(map(_NUMBER.fullmatch, parts)):
            raise ValidationError(f"Enter degrees as {self.shape}.", "invalid")
        written = [plain(float(part)) for part in parts]
        self._check([float(number) for number in written])
        return ",".join(written)

    def _check(self, degrees: list[float]) -> None:
        latitudes, longitudes = degrees[::2], degrees[1::2]
        if max(map(abs, latitudes)) > 90 or max(map(abs, longitudes)) > 180:
            raise ValidationError(
                "Latitudes reach from -90 to 90, longitudes from -180 to 180.", "range"
            )
        if any(first >= last for first, last in zip(degrees, degrees[2:], strict=False)):
            raise ValidationError("South must be below north, and west below east.", "order")
