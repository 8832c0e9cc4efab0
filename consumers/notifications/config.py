"""What the service is told about itself: frozen, made once in the settings, handed down."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class NotificationsConfig:
    """Whom it writes as, where people reach the site, and how patient it is."""

    # Where people reach the site; what every link in a letter begins with.
    site_url: str = "http://127.0.0.1:8000"
    # Whose letters these are.
    sender: str = "Maumee Homes <hello@maumeehomes.example>"
    # The monolith's endpoint for persons' keys, and what entitles this service to ask there.
    person_keys_url: str = "http://127.0.0.1:8001/internal/person-keys"
    person_keys_token: str = ""
    # Where the monolith takes mails back, for the same token.
    handback_url: str = "http://127.0.0.1:8001/internal/alerts/handback"
    # Where it hears what people chose here.
    wishes_url: str = "http://127.0.0.1:8001/internal/alerts/wishes"
    # Makes where persons' keys come from.
    keys: str = "consumers.notifications.sending.addresses.http_keys"
    # What happened longer ago is no news: nothing is planned about it, and no letter leaves.
    oldest: timedelta = timedelta(days=2)
    # The ledger keeps its rows so long; what happened to homes is kept longer than topics keep it.
    kept: timedelta = timedelta(days=90)
    news_kept: timedelta = timedelta(days=40)
    # How long a claim on a notification holds: longer than any task runs.
    lease: timedelta = timedelta(minutes=5)
    # An overview waits until its news are read (`sending/settling.py`): this is longer than the
    # monolith's connector has records under way.
    settling: timedelta = timedelta(seconds=2)
    # Tells where topics end.
    ends: str = "consumers.runtime.brokers.ends.ends_of"
    # What waits longer than a queue takes is queued again.
    patience: timedelta = timedelta(seconds=20)
    # A refused letter is tried so often; a server that is away is tried until the letter is old.
    most_attempts: int = 8
    # The first wait; each further one is twice as long, up to the longest.
    first_wait: timedelta = timedelta(seconds=15)
    longest_wait: timedelta = timedelta(minutes=15)
    # A provider that is away is tried at least so often; a pause that one asks for is kept up to
    # the longest wait.
    longest_closed: timedelta = timedelta(minutes=1)
    # So many mails go to their provider in a second, by all workers together; 0 is no limit.
    mails_per_second: float = 0.0
    # Nobody gets more mails a day, unless they chose a number of their own; 0 is no limit.
    most_a_day: int = 0
    # Matches that follow a letter so soon wait until that is over, and come together; with 0 each
    # goes by itself.
    together: timedelta = timedelta(minutes=1)
    # An agency's endpoint has so long for all of its answer.
    webhook_patience: timedelta = timedelta(seconds=10)
    # An endpoint that failed so often in a row, and for so long, is switched off.
    most_endpoint_failures: int = 10
    endpoint_patience: timedelta = timedelta(hours=1)
    # Endpoints on this machine, by http too: for tests and developers only.
    webhooks_on_loopback: bool = False
    # Decides for the monolith's people too, to compare it with what that sends.
    is_shadowing: bool = False
