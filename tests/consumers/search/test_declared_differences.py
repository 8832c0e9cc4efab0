"""Where the words of a text are others than PostgreSQL's: what the route's file accepts, no more.

Each example differs as declared. One that no longer does is to be taken out of the file.
"""

import pytest
from django.db import connection

from consumers.criteria.text.lexemes import GAP, lexemes
from stack.environment import ROOT
from strangler.routes.reading import load

pytestmark = pytest.mark.django_db

# Beginning of what the file declares → text → its words here, and in PostgreSQL, by their places.
EXAMPLES = {
    "words inside <script>": {
        "<script>porch</script> deck": ({1: "porch", 2: "deck"}, {1: "deck"}),
        "<style>porch</style> deck": ({1: "porch", 2: "deck"}, {1: "deck"}),
    },
    "letters outside ASCII": {
        "\u0130stanbul": ({1: "i\u0307stanbul"}, {1: "istanbul"}),
        "\u24d0 deck": ({1: "deck"}, {1: "\u24d0", 2: "deck"}),
    },
    "paths with more than 32": {
        "../" * 34 + "x": ({1: "..", 2: "/" + "../" * 32 + "x"}, {1: "../" * 34 + "x"}),
    },
    "places of a word behind its 255th": {
        "porch " * 300: (
            dict.fromkeys(range(1, 301), "porch"),
            dict.fromkeys(range(1, 256), "porch"),
        ),
    },
}


@pytest.mark.parametrize("declared", EXAMPLES)
def test_what_is_declared_differs(declared: str) -> None:
    (route,) = (each for each in load(ROOT / "strangler/routes/routes.toml") if each.id == "search")
    assert [each for each in route.accepted if each.difference.startswith(declared)]
    for text, (ours, theirs) in EXAMPLES[declared].items():
        found = enumerate(lexemes(text), start=1)
        assert {at: word for at, word in found if word not in ("", GAP)} == ours
        assert by_postgresql(text) == theirs


def by_postgresql(text: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT place, lexeme
               FROM unnest(to_tsvector('english', %s)), unnest(positions) AS place""",
            [text],
        )
        return dict(cursor.fetchall())
