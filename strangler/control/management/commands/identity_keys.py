"""`manage.py strangler identity_keys`: what an adopting site's own `manage.py` does, for ours."""

from strangler.adapter.management.commands.identity_keys import Command as Command
