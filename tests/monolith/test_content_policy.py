"""The content security policy: every page has it, and no template asks for more."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from consumers.search import settings as search
from monolith import settings as monolith

# Structured data is no script: nothing runs it.
INLINE = re.compile(
    r"<script(?! type=\"application/ld\+json\")(?![^>]* src=)|<style|\sstyle=|\son\w+=", re.I
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/search", "/accounts/login/", "/admin/login/", "/x"])
def test_every_page_may_load_files_of_this_site_only(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_extracted_search_has_the_same_policy() -> None:
    assert search.CONTENT_SECURITY_POLICY == monolith.CONTENT_SECURITY_POLICY


def test_no_template_of_ours_holds_script_or_style() -> None:
    templates = list((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
    assert len(templates) > 10
    assert [path.name for path in templates if INLINE.search(path.read_text())] == []
