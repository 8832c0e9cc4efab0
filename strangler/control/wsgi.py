"""The control plane's WSGI application."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strangler.control.settings")
application = get_wsgi_application()

# Commands sign nothing. Rather no API than one whose sessions anybody can sign.
try:
    settings.SECRET_KEY  # noqa: B018
except ImproperlyConfigured as error:
    raise ImproperlyConfigured("Set the environment variable STRANGLER_SECRET_KEY.") from error
