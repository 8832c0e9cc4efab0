"""Who writes letters of which kind is moved by the control plane's HTTP API, as by a script.

Enters: a stack and a share of people. Leaves: flags that stand so, as soon as it can be told.
"""

import secrets

import httpx
import psycopg

from tests.running_stack import Stack

# Of what the town leads to.
FLAGS = tuple(f"alerts-{kind}" for kind in ("price", "match", "digest", "enquiry", "viewing"))
_STAFF = """
INSERT INTO auth_user (username, password, first_name, last_name, email, is_staff, is_superuser,
    is_active, date_joined)
VALUES ('faults', '', '', '', '', true, false, true, now())
ON CONFLICT (username) DO UPDATE SET is_staff = true RETURNING id
"""
_TOKEN = """
INSERT INTO authtoken_token (key, created, user_id) VALUES (%s, now(), %s)
ON CONFLICT (user_id) DO UPDATE SET created = now() RETURNING key
"""


def give_all(stack: Stack, percent: int) -> None:
    """Let the service write to so many people about everything."""
    for flag in FLAGS:
        give(stack, flag, percent)


def give(stack: Stack, flag: str, percent: int) -> None:
    """Let the service write to so many people, as soon as the control plane can be told."""
    stack.wait_until(lambda: _is_moved(stack, flag, percent), timeout_s=60)


def _is_moved(stack: Stack, flag: str, percent: int) -> bool:
    wish = {"percent": percent, "reason": "a fault test"}
    address = stack.url("strangler", f"/api/flags/{flag}/audience")
    try:
        known = {"Authorization": f"Token {_token(stack)}"}
        return httpx.post(address, json=wish, headers=known).is_success
    except (httpx.HTTPError, psycopg.OperationalError):
        # Away because of an earlier fault.
        return False


def _token(stack: Stack) -> str:
    """Return a staff user's token, the same at every call."""
    with psycopg.connect(stack.environment()["STRANGLER_DATABASE_URL"]) as control:
        ((person,),) = control.execute(_STAFF).fetchall()
        ((key,),) = control.execute(_TOKEN, [secrets.token_hex(20), person]).fetchall()
    return str(key)
