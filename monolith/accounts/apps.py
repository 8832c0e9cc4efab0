"""People: who they are enters at log-in, and leaves in the header of every page."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "monolith.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from monolith.accounts import failures, personal_data, traces

        personal_data.register("admin_history", export=traces.history, erase=traces.forget)
        personal_data.register("log_in_failures", export=failures.failures, erase=failures.forget)
