"""A person's rhythm as a form: what the page says enters, a `Rhythm` leaves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import transaction

from consumers.notifications.deciding import digests
from consumers.notifications.ledger import erased
from consumers.notifications.pacing.models import Rhythm

_CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _zones() -> list[tuple[str, str]]:
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("_", " ")) for zone in sorted(named)]


class RhythmForm(forms.Form):
    zone = forms.ChoiceField(label="My time zone", choices=_zones)
    language = forms.ChoiceField(
        label="Language of letters", choices=lambda: settings.LANGUAGES, required=False
    )
    quiet_from = forms.TimeField(label="No mails from", required=False, widget=_CLOCK)
    quiet_until = forms.TimeField(label="until", required=False, widget=_CLOCK)
    most_a_day = forms.IntegerField(
        label="Mails a day, at most", required=False, min_value=1, max_value=100
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if len(settings.LANGUAGES) == 1:
            # There is nothing to choose.
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        start, end = told.get("quiet_from"), told.get("quiet_until")
        if (start is None) != (end is None):
            self.add_error("quiet_until", "Say both when the quiet begins and when it ends.")
        elif start is not None and start == end:
            self.add_error("quiet_until", "The quiet should end at another time than it begins.")
        return told

    @transaction.atomic
    def save(self, account_id: int) -> None:
        if not erased.is_living(account_id):
            return
        Rhythm.objects.update_or_create(account_id=account_id, defaults=self.cleaned_data)
        digests.follow_clock(account_id)
