"""What a person who started the stack wants to open next."""

import os
import shlex

from stack.ports import HOST, Ports


def text(ports: Ports) -> str:
    """Return the addresses and the demo accounts."""
    site = f"http://{HOST}:{ports['gateway']}"
    named = os.environ.get("BANYAN_HOME")
    # Another terminal has to be told which of several folders is meant.
    manage = f"{f'BANYAN_HOME={shlex.quote(named)} ' if named else ''}.venv/bin/python manage.py"
    return f"""
The site           {site}/          log in as agent/agent, user/user or staff/staff
Search             {site}/search
The admin          {site}/admin/
Mails              http://{HOST}:{ports["mail-page"]}/
Control plane      http://{HOST}:{ports["strangler"]}/
Envoy's admin      http://{HOST}:{ports["gateway-admin"]}/

Next: {manage} stack journey
      {manage} strangler route set search \\
          --stage canary --percent 10 --reason "first users"
"""
