"""What the control plane keeps: where each route stands now, and every change ever made.

On the line: written by ``services`` only; read by the agent, which tells the gateway.
"""

from typing import Any

from django.db import models
from django.utils import timezone

from strangler.audience import Audience
from strangler.stages import Stage, Standing

STAGES = [(stage.value, stage.value) for stage in Stage]


class RouteState(models.Model):
    """Where a route stands; without a row it stands as ``routes.toml`` says."""

    route_id = models.CharField(primary_key=True, max_length=50)
    stage = models.CharField(max_length=10, choices=STAGES)
    # Whom a canary reaches, in the words of ``Audience.to_json``.
    audience = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)
    # Rises with each change; a writer who names an older one has seen something else.
    revision = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.route_id}: {self.stage}"

    @property
    def standing(self) -> Standing:
        return Standing(Stage(self.stage), Audience.from_json(self.audience))

    @standing.setter
    def standing(self, value: Standing) -> None:
        self.stage, self.audience = value.stage, value.audience.to_json()


class Change(models.Model):
    """One move of a route or a flag; never changed, never deleted."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=150)
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        abstract = True
        ordering = ["-id"]

    def told(self) -> dict[str, Any]:
        """Return it as the API and the commands tell it."""
        told = {name: getattr(self, name) for name in ("who", "reason", "before", "after")}
        return {"at": self.at.isoformat(), **told}


class RouteChange(Change):
    """One move of one route."""

    route_id = models.CharField(max_length=50)
    # What spoke against it, where it was forced.
    overridden = models.JSONField(default=list)

    class Meta(Change.Meta):
        indexes = [models.Index(fields=["route_id", "-id"], name="control_route_history")]

    def __str__(self) -> str:
        return f"{self.route_id} by {self.who} at {self.at:%Y-%m-%d %H:%M}"

    def told(self) -> dict[str, Any]:
        return {**super().told(), "overridden": self.overridden}


class GatewayState(models.Model):
    """The one row about the gateway as a whole; locked by every writer, so changes queue."""

    all_to_monolith = models.BooleanField(default=False)
    revision = models.PositiveBigIntegerField(default=0)
    # What the agent has put in place, and what Envoy made of it: live, refused or away.
    rendered_revision = models.PositiveBigIntegerField(default=0)
    rendered_answer = models.CharField(max_length=10, default="")
    rendered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "all to monolith" if self.all_to_monolith else "as the routes stand"


class ClosedRoute(models.Model):
    """A route that is the monolith's for now, wherever it stands; the row is the switch."""

    route_id = models.CharField(primary_key=True, max_length=50)

    def __str__(self) -> str:
        return self.route_id


class GatewayChange(models.Model):
    """One turn of the switch that sends a route, or everything, to the monolith."""

    at = models.DateTimeField(default=timezone.now)
    who = models.CharField(max_length=150)
    reason = models.TextField()
    all_to_monolith = models.BooleanField()
    # Empty for everything.
    route_id = models.CharField(max_length=50, default="")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{'closed' if self.all_to_monolith else 'resumed'} by {self.who}"

    def told(self) -> dict[str, Any]:
        """Return it as the API and the commands tell it."""
        told = {"at": self.at.isoformat(), "who": self.who, "reason": self.reason}
        return {**told, "route": self.route_id or None, "closed": self.all_to_monolith}


class FlagState(models.Model):
    """Whom a flag reaches; without a row, whom ``flags.toml`` says."""

    flag_id = models.CharField(primary_key=True, max_length=50)
    audience = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)
    # As a route's.
    revision = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.flag_id

    @property
    def whom(self) -> Audience:
        return Audience.from_json(self.audience)


class FlagChange(Change):
    """One move of one flag."""

    flag_id = models.CharField(max_length=50)

    class Meta(Change.Meta):
        indexes = [models.Index(fields=["flag_id", "-id"], name="control_flag_history")]

    def __str__(self) -> str:
        return f"{self.flag_id} by {self.who} at {self.at:%Y-%m-%d %H:%M}"
