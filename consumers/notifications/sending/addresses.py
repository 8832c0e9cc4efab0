"""Where somebody is reached: a person enters, the address leaves, opened while it is sent to.

Only the sealed address is kept. The key is the monolith's, asked for with this service's token.
"""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from cdc.contracts.events import AccountConfirmed
from cdc.contracts.personal import Keys
from cdc.contracts.sealed import CannotOpen, Sealed, unseal
from consumers.notifications.errors import NotNow, NotWanted
from consumers.notifications.models import Person
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer
from consumers.runtime.person_keys import HttpKeys


def address_of(person: Person | None) -> str:
    """Return the e-mail address; of somebody of whom nothing was told there is none yet.

    Raises ``NotNow`` when it is not told yet or the key cannot be had, ``NotWanted`` when the
    person is gone.
    """
    if person is None or not person.email:
        raise NotNow("The person's address is not told yet.")
    whose = str(person.account_id)
    try:
        key = _keys(settings.NOTIFICATIONS.keys).key(whose)
        return unseal(
            key,
            Sealed(person.email),
            topic=AccountConfirmed.topic,
            field="email",
            person=whose,
        )
    except (CannotOpen, PoisonRecord) as error:
        raise NotWanted("The person's address can be opened no more.") from error
    except (RetryLater, StopConsumer) as error:
        raise NotNow(str(error)) from error


def http_keys() -> Keys:
    """Return the monolith's endpoint, kept open by the process."""
    config = settings.NOTIFICATIONS
    return HttpKeys(config.person_keys_url, config.person_keys_token)


@cache
def _keys(path: str) -> Keys:
    made: Keys = import_string(path)()
    return made
