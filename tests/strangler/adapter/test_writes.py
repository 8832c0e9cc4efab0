"""What a request wrote is noticed however it was written, and reads are left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from strangler.adapter import writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(note: Any) -> list[Any]:
    return [note.objects.create(text=text) for text in "abc"]


def test_a_save_names_its_row(note: Any, rows: list[Any]) -> None:
    with writes.recorded([note]) as written:
        rows[0].save()
    assert written.keys == {note: {rows[0].pk: None}}
    assert not written.rows_unknown


def test_a_new_row_is_named(note: Any) -> None:
    with writes.recorded([note]) as written:
        made = note.objects.create(text="new")
    assert written.keys == {note: {made.pk: None}}
    assert not written.rows_unknown


def test_an_update_by_key_names_its_rows(note: Any, rows: list[Any]) -> None:
    with writes.recorded([note]) as written:
        note.objects.filter(pk=rows[0].pk, text="a").update(text="x")
        note.objects.filter(pk__in=[rows[1].pk, rows[2].pk]).update(text="x")
        note.objects.bulk_update(rows, ["text"])
    assert set(written.keys[note]) == {row.pk for row in rows}
    assert not written.rows_unknown


def test_a_deletion_by_key_names_its_rows(note: Any, rows: list[Any]) -> None:
    first, second, third = (row.pk for row in rows)
    with writes.recorded([note]) as written:
        rows[0].delete()
        note.objects.filter(pk__in=[second, third]).delete()
    assert set(written.keys[note]) == {first, second, third}
    assert not written.rows_unknown


def _raw(sql: str) -> Callable[[Any, list[Any]], object]:
    def run(note: Any, rows: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return run


@pytest.mark.parametrize(
    "write",
    [
        lambda note, rows: note.objects.filter(text="a").update(text="x"),
        lambda note, rows: note.objects.exclude(pk=rows[0].pk).update(text="x"),
        lambda note, rows: note.objects.update(text="x"),
        lambda note, rows: note.objects.bulk_create([note(text="d")]),
        lambda note, rows: (note.objects.create(text="e"), note.objects.bulk_create([note()])),
        lambda note, rows: note.objects.filter(text="a").delete(),
        _raw("update only public.adapter_note set text = 'x' where id = 1"),
        _raw("insert into adapter_note (text, version) select 'x', 1"),
        _raw("with gone as (delete from adapter_note returning id) select * from gone"),
        _raw('TRUNCATE TABLE "adapter_note"'),
    ],
)
def test_a_write_that_does_not_tell_its_rows_is_noticed(
    note: Any, rows: list[Any], write: Callable[[Any, list[Any]], object]
) -> None:
    with writes.recorded([note]) as written:
        write(note, rows)
    assert written.rows_unknown


def test_reading_and_locking_are_not_writing(note: Any, rows: list[Any]) -> None:
    with writes.recorded([note]) as written:
        list(note.objects.select_for_update().filter(pk=rows[0].pk))
        _raw("select 'update' from adapter_note")(note, rows)
        _raw("create temporary table adapter_note_copy (id int)")(note, rows)
        _raw("update adapter_note_copy set id = 1")(note, rows)
    assert not written


def test_what_is_written_outside_a_request_is_nobodys(note: Any, rows: list[Any]) -> None:
    with writes.recorded([note]) as written:
        pass
    rows[0].save()
    assert not written
