"""Rows as text for a terminal; nothing in them is obeyed by it."""

from collections.abc import Sequence


def aligned(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Put values under their headings; numbers stand to the right."""
    lines = [list(headings), *([printable(str(value)) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    are_numbers = [
        bool(rows) and all(isinstance(value, int | float) for value in column)
        for column in (zip(*rows, strict=True) if rows else [()] * len(headings))
    ]
    return "\n".join(_line(line, widths, are_numbers) for line in lines)


def printable(text: str) -> str:
    """Give ``text`` on one line, without what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else " " for c in text)


def _line(cells: Sequence[str], widths: Sequence[int], are_numbers: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if is_number else cell.ljust(width)
        for cell, width, is_number in zip(cells, widths, are_numbers, strict=True)
    )
    return "  ".join(padded).rstrip()
