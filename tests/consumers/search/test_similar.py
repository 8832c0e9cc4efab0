"""What makes two homes alike, over an index and by pairs."""

from typing import Any

from consumers.search.similar import similar_to
from tests.consumers.changes import row
from tests.consumers.conftest import SearchLine

HOME = {
    "price": 200_000,
    "living_area": 1500,
    "beds": 3,
    "title": "Sunny three-bedroom brick ranch in Vistula",
    "neighbourhood": "Vistula",
    "latitude": 41.65,
    "longitude": -83.54,
}


def alike(line: SearchLine, **others: dict[str, Any]) -> list[tuple[int, tuple[str, ...]]]:
    line.save(row(id=1, **HOME))
    for name, differences in others.items():
        line.save(row(id=int(name.removeprefix("home")), **(HOME | differences)))
    line.run()
    view = line.reader().view()
    home = view.row(1)
    assert home is not None
    return [(each.row["id"], each.reasons) for each in similar_to(home, view)]


def test_the_nearer_in_each_respect_the_more_alike(line: SearchLine) -> None:
    found = alike(
        line,
        home2={"price": 240_000},
        home3={"price": 205_000},
        home4={"living_area": 1850},
        home5={"latitude": 41.75},
        home6={"title": "Quiet cottage"},
    )
    assert [number for number, _ in found][0] == 3
    assert {number for number, _ in found} == {2, 3, 4, 5, 6}


def test_reasons_tell_what_is_alike_and_nothing_else(line: SearchLine) -> None:
    same, other = alike(
        line,
        home2={},
        home3={
            "price": 240_000,
            "living_area": 1800,
            "beds": 4,
            "title": "Sunny four-bedroom cottage in Wildwood",
            "neighbourhood": "Wildwood",
            "latitude": 41.80,
        },
    )
    assert same == (
        2,
        (
            "about the same price",
            "about as large",
            "as many bedrooms",
            "the same neighbourhood",
            "described alike: sunny three-bedroom brick ranch",
        ),
    )
    assert other == (3, ("described alike: sunny",))


def test_too_few_that_are_near_widen_the_view(line: SearchLine) -> None:
    found = alike(line, home2={"price": 290_000, "beds": 6}, home3={"price": 900_000})
    assert [number for number, _ in found] == [2]


def test_what_nobody_measured_is_compared_with_nothing(line: SearchLine) -> None:
    nothing = {"living_area": 0, "beds": 0, "price": 0, "neighbourhood": "", "title": ""}
    line.save(row(id=7, **(HOME | nothing)))
    line.save(row(id=8, **(HOME | nothing)))
    line.run()
    view = line.reader().view()
    home = view.row(7)
    assert home is not None
    (other,) = similar_to(home, view)
    assert (other.row["id"], other.reasons) == (8, ("less than a mile away",))
