"""The site's tasks: a page queues the number of a row, a worker looks at the row.

    celery -A monolith.celery worker --queues alerts      # sends
    celery -A monolith.celery beat                        # has the worker look for what is due

Redis carries the numbers and nothing else; what is to be done stands in the database.
"""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monolith.settings")
# Tasks are JSON, which runs nothing; in a container or a test, being root is no news.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("monolith")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
