"""What the first letter would load, the worker loads before it forks: templates, patterns, modules.

Otherwise each of its processes writes its first letter in some tenths of a second, and a line that
just came up sends its first letters late. A template that is broken is left to its letters, which
say so.
"""

from contextlib import suppress
from pathlib import Path

from django.core.mail import get_connection
from django.core.validators import validate_email
from django.template import TemplateSyntaxError
from django.template.loader import get_template

_TEMPLATES = Path(__file__).parent.parent / "templates"


def warm() -> None:
    """Load it; nobody is asked anything."""
    for file in sorted((_TEMPLATES / "notifications" / "mail").iterdir()):
        with suppress(TemplateSyntaxError):
            get_template(str(file.relative_to(_TEMPLATES)))
    validate_email("somebody@example.org")
    get_connection()
