"""What a signed-in person keeps: homes and searches enter, lists of their own leave."""

from django.apps import AppConfig


class InterestsConfig(AppConfig):
    name = "monolith.interests"
    verbose_name = "Interests"

    def ready(self) -> None:
        from monolith.accounts import personal_data
        from monolith.interests import own_data

        register = personal_data.register
        register("favourites", export=own_data.favourites, erase=own_data.drop_favourites)
        register("saved_searches", export=own_data.searches, erase=own_data.drop_searches)
