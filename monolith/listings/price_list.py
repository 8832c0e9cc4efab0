"""Many prices at once: an uploaded CSV file enters, checked lines leave, good or with an error."""

import csv
import io
from dataclasses import dataclass

from django.db.models import Q

from monolith.listings.cards import dollars
from monolith.listings.models import FOR_SALE, MAX_PRICE, Listing, Status

COLUMNS = ("listing_id", "price", "new_price")
MAX_BYTES = 100_000
MAX_LINES = 500
REPRICEABLE = (Status.DRAFT, *FOR_SALE)


class UnreadableList(Exception):
    """The file is no price list at all; the text says why."""


@dataclass(slots=True)
class Line:
    number: int
    listing_id: str
    new_price: str
    title: str = ""
    old: int = 0
    error: str = ""

    @property
    def old_in_dollars(self) -> str:
        return dollars(self.old) if self.old else ""


def read(content: bytes, theirs: Q) -> list[Line]:
    """Return every line of the file, checked against the listings that the person may edit.

    Raises ``UnreadableList`` when it is no CSV with the columns of the template.
    """
    lines = _parse(content)
    ids = [int(line.listing_id) for line in lines if _is_number(line.listing_id)]
    homes = {
        home.pk: home for home in Listing.objects.filter(theirs, pk__in=ids).defer("description")
    }
    seen: set[int] = set()
    for line in lines:
        line.error = _check(line, homes, seen)
    return lines


def _parse(content: bytes) -> list[Line]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        if not {"listing_id", "new_price"} <= set(reader.fieldnames or ()):
            raise UnreadableList("The first line must name the columns listing_id and new_price.")
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableList("This is not a CSV file in UTF-8.") from None
    # Lines without a new price are those of the template that nobody filled in.
    filled = [(number, row) for number, row in enumerate(rows, start=2) if _cell(row, "new_price")]
    if not filled:
        raise UnreadableList("The file has no line with a new price.")
    if len(filled) > MAX_LINES:
        raise UnreadableList(f"The file has more than {MAX_LINES} lines.")
    return [Line(n, _cell(row, "listing_id"), _cell(row, "new_price")) for n, row in filled]


def _cell(row: dict[str, str | None], name: str) -> str:
    return (row[name] or "").strip()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _check(line: Line, homes: dict[int, Listing], seen: set[int]) -> str:
    home = homes.get(int(line.listing_id)) if _is_number(line.listing_id) else None
    if home is None:
        return "You have no listing with this number."
    line.title, line.old = home.title, home.price
    if home.pk in seen:
        return "This listing stands in the file twice."
    seen.add(home.pk)
    if home.status not in REPRICEABLE:
        return "This home is not for sale."
    if not _is_number(line.new_price) or not 0 < int(line.new_price) <= MAX_PRICE:
        return "Enter a price in whole dollars, without commas."
    return ""
