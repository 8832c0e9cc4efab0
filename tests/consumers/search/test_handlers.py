"""Every kind of bad row record ends as a dead letter with its reason and place, amid good ones."""

import json

from cdc.contracts.topics import LISTING_ROWS
from tests.consumers.changes import change, key_of, row
from tests.consumers.conftest import SearchLine

_WITHOUT_PRICE = {name: value for name, value in row(id=4).items() if name != "price"}
_HUGE = b"[" * (10 * 1024 * 1024 - 150)
BAD: dict[str, tuple[bytes | None, bytes | None, str]] = {
    "not JSON": (key_of(1), b"\xff\xfe", "The value is not JSON"),
    "no change": (key_of(2), b"{}", "no `source` block"),
    "truncated": (key_of(3), change(row())[:-1], "The value is not JSON"),
    "without a column": (key_of(4), change(_WITHOUT_PRICE), "price: None is no whole number"),
    "another's key": (key_of(5), change(row()), "key 5 is not the row's id 12"),
    "null key": (None, change(row()), "The record has no key"),
    "neither key nor value": (None, None, "The record has no key"),
    "truncation": (None, change(None, op="t"), "the table was truncated"),
    "10 MB": (key_of(6), _HUGE, "The value is not JSON"),
    "key is no object": (b"12", change(row()), "The key is not a JSON object"),
    "lsn is no number": (
        key_of(7),
        json.dumps({"op": "u", "after": row(id=7), "source": {"lsn": "x", "ts_ms": 1}}).encode(),
        "`source.lsn` is not a number",
    ),
}


def test_all_kinds_of_bad_rows_become_dead_letters_and_the_line_goes_on(line: SearchLine) -> None:
    for key, value, _ in BAD.values():
        line.cluster.append(LISTING_ROWS, key, value)
    line.save(row(price=199_000), lsn=300)

    line.run()

    assert line.projection._kept.keys() == {12}
    letters = line.cluster.records_of(line.config.dead_letter_topic)
    assert len(letters) == len(BAD)
    for number, (letter, (kind, (_, value, reason))) in enumerate(
        zip(letters, BAD.items(), strict=True)
    ):
        told = dict(letter.headers)
        assert reason in (told["error"] or b"").decode(), kind
        assert (told["originalTopic"], told["originalPartition"], told["originalOffset"]) == (
            LISTING_ROWS.encode(),
            b"0",
            str(number).encode(),
        )
        assert letter.value == (None if kind == "10 MB" else value)
