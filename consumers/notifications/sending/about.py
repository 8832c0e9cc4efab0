"""What a letter is about: a planned notification enters, what it names leaves, each read once.

The second look and the words ask for the same rows; what they are told of is one moment's.
"""

from functools import cached_property

from django.conf import settings

from consumers.notifications.errors import NotWanted
from consumers.notifications.ledger.models import Notification
from consumers.notifications.models import Change, Home, Message, Person, SavedSearch
from consumers.notifications.pacing.models import Rhythm


class About:
    """The home, the change, and so on; ``NotWanted`` is raised for what is there no more."""

    def __init__(self, row: Notification, rhythm: Rhythm | None = None) -> None:
        self.row = row
        self.language = (rhythm and rhythm.language) or settings.LANGUAGE_CODE

    @cached_property
    def person(self) -> Person | None:
        """None when nothing was told of the person yet."""
        return Person.objects.filter(pk=self.row.account_id).first()

    @cached_property
    def home(self) -> Home:
        home = Home.objects.filter(pk=self.row.listing_id or 0).first()
        if home is None:
            raise NotWanted("The home is gone.")
        return home

    @cached_property
    def change(self) -> Change:
        change = Change.objects.filter(pk=self.row.event_id).first()
        if change is None:
            raise NotWanted("The home is gone.")
        return change

    @cached_property
    def search(self) -> SavedSearch | None:
        """None when there is no search behind it, or none any more."""
        number = self.row.saved_search_id
        return SavedSearch.objects.filter(pk=number).first() if number else None

    @cached_property
    def message(self) -> Message:
        message = Message.objects.filter(pk=self.row.event_id).first()
        if message is None:
            raise NotWanted("What it is about is gone.")
        return message
