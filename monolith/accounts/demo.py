"""Accounts for a demo: names enter from the stack's set-up, users with known passwords leave.

Never for a site that others can reach; `load_stock` asks for it by name.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from monolith.accounts.models import AGENTS, PILOT, User

ACCOUNTS: dict[str, dict[str, Any]] = {
    "agent": {"display_name": "Avery Stone", "email": "avery.stone@maumeehomes.example"},
    "user": {"display_name": "Uma Visitor", "email": "uma.visitor@maumeehomes.example"},
    "staff": {
        "display_name": "Sam Staff",
        "email": "sam.staff@maumeehomes.example",
        "is_staff": True,
        "is_superuser": True,
    },
}


def ensure() -> Iterator[str]:
    """Create what is missing, leave what is there, and yield one line for each account."""
    for username, person in ACCOUNTS.items():
        new = {**person, "password": make_password(None), "confirmed_at": timezone.now()}
        user, _ = User.objects.get_or_create(username=username, defaults=new)
        if not user.has_usable_password():
            user.set_password(username)
            user.save(update_fields=["password"])
        if username == "agent":
            user.groups.add(*Group.objects.filter(name__in=[AGENTS, PILOT]))
        yield f"Demo account: {username} / {username} ({user.display_name})"
