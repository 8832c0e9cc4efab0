"""The Django app that a site installs to be strangled: checks, and ears for its writes."""

from django.apps import AppConfig
from django.core.checks import register
from django.core.exceptions import ImproperlyConfigured


class AdapterConfig(AppConfig):
    """``strangler.adapter`` in ``INSTALLED_APPS``; the middleware does the rest."""

    name = "strangler.adapter"
    label = "strangler_adapter"
    verbose_name = "Strangler adapter"

    def ready(self) -> None:
        from . import settings, writes
        from .checks import check_adapter

        register(check_adapter)
        try:
            tracked = settings.tracked_models()
        except ImproperlyConfigured:
            return  # The check says it, with all the others.
        writes.listen(list(tracked))
