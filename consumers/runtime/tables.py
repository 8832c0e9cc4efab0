"""Rows as text for a terminal; nothing in them is obeyed by it."""

from collections.abc import Sequence


def aligned(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Put values under their headings; numbers stand to the right, and None is a dash."""
    lines = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    are_numbers = [
        any(isinstance(row[column], int | float) for row in rows) for column in range(len(headings))
    ]
    return "\n".join(_line(line, widths, are_numbers) for line in lines)


def printable(text: str) -> str:
    """Give ``text`` on one line, without what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else " " for c in text)


def _cell(value: object) -> str:
    return "-" if value is None else printable(str(value))


def _line(cells: Sequence[str], widths: Sequence[int], are_numbers: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if is_number else cell.ljust(width)
        for cell, width, is_number in zip(cells, widths, are_numbers, strict=True)
    )
    return "  ".join(padded).rstrip()
