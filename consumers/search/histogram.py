"""The prices of what was found, as bars: counts between fixed edges enter, a drawing leaves.

The edges are the same for every search, so that bars only grow and shrink as one asks for more or
less; the asked price itself does not bound them, so that one sees what lies beside it. Each bar is
a link to its prices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumers.search.cards import dollars
from consumers.search.wider_form import WiderForm

EDGES = (
    *(0, 25_000, 50_000, 75_000, 100_000, 125_000, 150_000, 175_000, 200_000, 225_000),
    *(250_000, 300_000, 350_000, 400_000, 500_000, 600_000, 750_000, 1_000_000, 1_500_000),
    *(2_000_000, 3_000_000),
)
WIDTH, HEIGHT = 560, 120
_GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """How many homes cost so much."""

    x: int
    y: int
    width: int
    height: int
    name: str
    url: str
    # Within what is asked now, as far as that is bounded.
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    bars: list[Bar]
    lowest: str
    highest: str
    # To the search without its bounds, if it has any.
    all_url: str
    width: int = WIDTH
    height: int = HEIGHT


def histogram_of(form: WiderForm, counts: Sequence[int]) -> Histogram | None:
    """Return the bars of a valid form from the first home to the last; None for one price only."""
    filled = [number for number, count in enumerate(counts) if count]
    if len(filled) < 2:
        return None
    first, last = filled[0], filled[-1]
    is_bounded = any(form.cleaned_data[name] is not None for name in ("price_min", "price_max"))
    return Histogram(
        bars=list(_bars(form, counts, first, last)),
        lowest=dollars(EDGES[first]),
        highest=dollars(EDGES[last + 1]) if last + 1 < len(EDGES) else "more",
        all_url=form.address(price_min=None, price_max=None) if is_bounded else "",
    )


def _bars(form: WiderForm, counts: Sequence[int], first: int, last: int) -> Iterator[Bar]:
    shown = range(first, last + 1)
    most, step = max(counts), WIDTH // len(shown)
    for place, number in enumerate(shown):
        low = EDGES[number]
        high = EDGES[number + 1] - 1 if number + 1 < len(EDGES) else None
        count = counts[number]
        # A single home is seen, too.
        height = max(2, round(HEIGHT * count / most)) if count else 0
        prices = f"{dollars(low)} to {dollars(high)}" if high else f"{dollars(low)} or more"
        homes = f"{count} home{'' if count == 1 else 's'}"
        url = form.address(price_min=low or None, price_max=high)
        bar = (place * step, HEIGHT - height, step - _GAP, height)
        yield Bar(*bar, f"{prices}: {homes}", url, _is_asked(form, low, high))


def _is_asked(form: WiderForm, low: int, high: int | None) -> bool:
    least, most = form.cleaned_data["price_min"], form.cleaned_data["price_max"]
    is_too_low = least is not None and high is not None and high < least
    return not is_too_low and (most is None or low <= most)
