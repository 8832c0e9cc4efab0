"""The read model: who there is, what they keep, the homes, and what happened to them.

Enters: handlers' writes. Leaves: what deciding and sending ask. All of it is made of topics.
"""

from consumers.notifications.models.changes import Change, Digest, What
from consumers.notifications.models.homes import Home
from consumers.notifications.models.interests import Favourite, Frequency, SavedSearch
from consumers.notifications.models.messages import Message
from consumers.notifications.models.people import OptOut, Person

__all__ = [
    "Change",
    "Digest",
    "Favourite",
    "Frequency",
    "Home",
    "Message",
    "OptOut",
    "Person",
    "SavedSearch",
    "What",
]
