"""Who uses the site: buyers, agents and staff are users; groups say what they may do."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from monolith.versions import raise_version

# May edit their own listings.
AGENTS = "agents"
# Sees a route that moves out of the monolith before others do.
PILOT = "pilot"


class Agency(models.Model):
    """A firm of agents; its admins may edit what any of its agents sells."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    email = models.EmailField("e-mail address", unique=True)
    display_name = models.CharField(
        max_length=80, blank=True, help_text="The name that other people see."
    )

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    is_agency_admin = models.BooleanField(
        default=False, help_text="May edit the listings of every agent of the agency."
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the e-mail address was shown to be theirs."
    )
    deleted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the account was emptied for good."
    )
    contact_told_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When an event told how to reach them."
    )
    version = models.BigIntegerField(default=1, editable=False)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"
        constraints = [
            models.CheckConstraint(
                name="agency_admin_has_an_agency",
                condition=Q(is_agency_admin=False) | Q(agency__isnull=False),
                violation_error_message="An agency admin needs an agency.",
            ),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    @cached_property
    def group_names(self) -> frozenset[str]:
        """The names of the user's groups; asked of the database once a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_agent(self) -> bool:
        """Whether the user may edit listings of their own."""
        return AGENTS in self.group_names

    @property
    def opens_agents_pages(self) -> bool:
        return self.is_agency_admin or self.is_agent

    @property
    def identity_groups(self) -> frozenset[str]:
        """What the signed identity tells of groups: whoever opens agents' pages is with them."""
        return self.group_names | {AGENTS} if self.is_agency_admin else self.group_names

    @property
    def is_awaiting_confirmation(self) -> bool:
        """Whether it was registered and its link not followed; a blocked account is not that."""
        was_used = self.is_active or self.confirmed_at or self.deleted_at or self.last_login
        return not was_used and not self.has_usable_password()
