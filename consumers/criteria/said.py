"""What a text says, ready to be asked for words: a text enters, yes or no to each tree leaves.

The index answers for many homes and one search; this is for one home and many searches.
"""

from consumers.criteria.query import Either, Every, Node, Phrase, Without
from consumers.criteria.text.lexemes import GAP, indexed_form


class Said:
    """The lexemes of one text and where they stand."""

    def __init__(self, text: str) -> None:
        self.places: dict[str, set[int]] = {}
        # Not by any white space: a gap is such a character.
        for place, lexeme in enumerate(indexed_form(text).split(" ")):
            if lexeme not in ("", GAP):
                self.places.setdefault(lexeme, set()).add(place)

    def says(self, words: Node) -> bool:
        """Tell whether the text matches the tree."""
        match words:
            case Phrase(lexemes=lexemes):
                return self._has(lexemes)
            case Every(parts=parts):
                return all(map(self.says, parts))
            case Either(parts=parts):
                return any(map(self.says, parts))
            case Without(part=part):
                return not self.says(part)

    def _has(self, phrase: tuple[tuple[int, str], ...]) -> bool:
        (_, first), *others = phrase
        starts = self.places.get(first, ())
        if not others:
            return bool(starts)
        rest = [(offset, self.places.get(lexeme, ())) for offset, lexeme in others]
        return any(all(start + offset in places for offset, places in rest) for start in starts)
