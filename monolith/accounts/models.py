"""Who uses the site: buyers, agents and staff are users; groups say what they may do."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property

# May edit their own listings.
AGENTS = "agents"
# Sees a route that moves out of the monolith before others do.
PILOT = "pilot"


class User(AbstractUser):
    email = models.EmailField("e-mail address", unique=True)
    display_name = models.CharField(
        max_length=80, blank=True, help_text="The name that other people see."
    )

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    @cached_property
    def is_agent(self) -> bool:
        """Whether the user may edit listings; asked of the database once a request."""
        return self.groups.filter(name=AGENTS).exists()
