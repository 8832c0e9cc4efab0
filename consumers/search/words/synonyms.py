"""Words that mean the same: the tree of a question enters, a tree that asks for any of them leaves.

Done to the question and not to the index, so that a new group needs no rebuild.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from consumers.criteria.query import Either, Every, Node, Phrase, parse, phrase_of

_FILE = Path(__file__).with_name("synonyms.toml")

Group = tuple[str, ...]


class BadSynonyms(ValueError):
    """The file of synonyms breaks a rule; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A tree that asks for more, and the groups by which it does."""

    node: Node
    groups: tuple[Group, ...]


class Synonyms:
    """Groups of words and phrases, each of which stands for all of its group."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        """Check the groups. Raises ``BadSynonyms``."""
        # By the parts of a question that name an entry: its words side by side, or quoted.
        self._groups: dict[tuple[Node, ...], Group] = {}
        for group in groups:
            if len(group) < 2:
                raise BadSynonyms(f"{list(group)} has nothing that means the same")
            for entry in group:
                self._add(entry, tuple(group))
        self._longest = max(map(len, self._groups), default=1)

    def expanded(self, node: Node) -> Expansion:
        """Return the tree with any of a group for each entry; what is left out stays."""
        groups: dict[Group, None] = {}
        expanded = self._expanded(node, groups)
        return Expansion(expanded, tuple(groups))

    def _add(self, entry: str, group: Group) -> None:
        words, phrase = parse(entry), phrase_of(entry)
        if words is None or phrase is None:
            raise BadSynonyms(f"{entry!r} has nothing but stop words")
        for key in {words.parts if isinstance(words, Every) else (words,), (phrase,)}:
            if key in self._groups:
                raise BadSynonyms(f"{entry!r} is there twice, or another form of it")
            self._groups[key] = group

    def _expanded(self, node: Node, used: dict[Group, None]) -> Node:
        match node:
            case Phrase():
                return self._any_of((node,), used)
            case Every(parts=parts):
                return _every([self._any_of(run, used) for run in self._runs(parts)])
            case Either(parts=parts):
                return Either(tuple(self._expanded(part, used) for part in parts))
        return node

    def _runs(self, parts: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
        """Cut into the longest entries and single parts."""
        while parts:
            lengths = range(min(self._longest, len(parts)), 0, -1)
            length = next((each for each in lengths if parts[:each] in self._groups), 1)
            yield parts[:length]
            parts = parts[length:]

    def _any_of(self, run: tuple[Node, ...], used: dict[Group, None]) -> Node:
        typed = _every(list(run))
        group = self._groups.get(run)
        if group is None:
            return typed
        used[group] = None
        phrases = [phrase for entry in group if (phrase := phrase_of(entry))]
        return Either((typed, *(phrase for phrase in phrases if phrase != typed)))


def load(file: Path) -> Synonyms:
    """Read a file of groups. Raises ``BadSynonyms``."""
    try:
        groups = tomllib.loads(file.read_text())["groups"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BadSynonyms(f"{file}: {error}") from error
    return Synonyms(groups)


@cache
def known_synonyms() -> Synonyms:
    """Return those of the file beside this module, read once."""
    return load(_FILE)


def _every(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))
