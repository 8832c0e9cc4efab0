"""The forms of a page: HTML enters; where each is sent, and its fields as they stand, leave."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.is_inside = False
        # Whose text or chosen option comes next.
        self.name = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = found.get("method", "get").lower()
            self.forms.append(Form(found.get("action", ""), method))
            self.is_inside = True
        elif self.is_inside:
            self._take(tag, found)

    def handle_endtag(self, tag: str) -> None:
        self.is_inside &= tag != "form"
        if tag in ("select", "textarea"):
            self.name = ""

    def handle_data(self, data: str) -> None:
        if self.name and self.is_inside and self.lasttag == "textarea":
            self.forms[-1].fields[self.name] += data

    def _take(self, tag: str, found: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, found.get("name", "")
        if tag == "option" and self.name and ("selected" in found or not fields[self.name]):
            fields[self.name] = found.get("value", "")
        elif name and found.get("type") == "file":
            self.forms[-1].files.append(name)
        elif name and tag in ("input", "select", "textarea", "button"):
            fields.setdefault(name, found.get("value", ""))
            self.name = name if tag in ("select", "textarea") else ""


def read(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms
