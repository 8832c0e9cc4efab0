"""What a person who started the stack wants to open next."""

from stack.ports import HOST, Ports


def text(ports: Ports) -> str:
    """Return the addresses and the demo accounts."""
    site = f"http://{HOST}:{ports['gateway']}"
    return f"""
The site           {site}/          log in as agent/agent, user/user or staff/staff
Search             {site}/search
The admin          {site}/admin/
Mails              http://{HOST}:{ports["mail-page"]}/
Control plane      http://{HOST}:{ports["strangler"]}/
Envoy's admin      http://{HOST}:{ports["gateway-admin"]}/

Next: .venv/bin/python manage.py stack journey
      .venv/bin/python manage.py strangler route set search \\
          --stage canary --percent 10 --reason "first users"
"""
