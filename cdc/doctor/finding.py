"""What the doctor finds: a fact, why it matters, and the command that mends it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One trap; ``check`` names the rule that found it."""

    check: str
    fact: str
    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.check}: {self.fact}\n    why   {self.why}\n    mend  {self.mend}"
