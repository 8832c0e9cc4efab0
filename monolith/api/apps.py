"""What every address under `/api/v1/` shares: tokens, limits on how often, a description."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "monolith.api"
    verbose_name = "API"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.api import own_data

        personal_data.register("api_token", export=own_data.token, erase=own_data.forget)
