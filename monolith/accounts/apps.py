"""People: who they are enters at log-in, and leaves in the header of every page."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "monolith.accounts"
    verbose_name = "Accounts"
