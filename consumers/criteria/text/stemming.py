"""The English stem of a word, as the monolith's database takes it.

The engine's stemmer follows a newer edition of the Snowball algorithm than PostgreSQL
does. The few words on which the two differ are led around the newer rules here.
"""

from functools import lru_cache

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

_SNOWBALL = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("english")).build()

# Beginnings that the newer edition treats by special rules. A consonant put before the word
# hides them and moves no syllable.
_NEWLY_SPECIAL = ("emerg", "evening", "inter", "later", "organ", "past", "univers")
_OLDER_STEMS = {"paste": "past", "pastes": "past"}


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Give the stem of a lower-case ``word``."""
    if word in _OLDER_STEMS:
        return _OLDER_STEMS[word]
    if word.endswith(("ogist", "ogists")):
        return word.removesuffix("s")
    if word.startswith(_NEWLY_SPECIAL):
        return _snowball(f"x{word}")[1:]
    return _snowball(word)


def _snowball(word: str) -> str:
    stems = _SNOWBALL.analyze(word)
    return stems[0] if stems else word
