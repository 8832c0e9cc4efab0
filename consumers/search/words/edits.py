"""How many edits one spelling is away from another: two words enter, a number leaves."""


def edits(one: str, other: str) -> int:
    """Count the insertions, deletions, substitutions and swaps of neighbours between the two.

    No letter is edited twice, which is how the engines count, too.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, its in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and its == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def is_near(one: str, other: str, distance: int) -> bool:
    """Tell whether the two are so few edits apart; most are told apart by their letters alone."""
    if abs(len(one) - len(other)) > distance or len(set(one) - set(other)) > distance:
        return False
    return edits(one, other) <= distance
