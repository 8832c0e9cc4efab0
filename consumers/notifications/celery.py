"""The service's tasks: a handler queues the number of a row, a worker looks at the row.

    celery -A consumers.notifications.celery worker --queues notifications     # sends
    celery -A consumers.notifications.celery beat                # has it look for what is due

Redis carries the numbers and nothing else, and may be wiped: what is to be done stands in the
database.
"""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import celeryd_after_setup, task_prerun, worker_shutting_down
from django.db import close_old_connections

from consumers.notifications import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consumers.notifications.settings")
# Tasks are JSON, which runs nothing; in a container or a test, being root is no news.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("notifications")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ["consumers.notifications.tasks"]


def _heed_ages(sender: Any, **_: Any) -> None:
    """Have connections to the database live as its settings say, as they do between requests."""
    # A task that is done in the caller's own process may be amid its transaction.
    if not sender.request.is_eager:
        close_old_connections()


def _warm(**_: Any) -> None:
    # The applications are there only now.
    from consumers.notifications.sending import warming

    warming.warm()


celeryd_after_setup.connect(_warm)
task_prerun.connect(_heed_ages)
worker_shutting_down.connect(stopping.tell)
