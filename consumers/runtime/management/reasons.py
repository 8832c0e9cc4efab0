"""Why somebody gives a command: a word that is never left out, nor empty."""

from argparse import ArgumentTypeError


def reason(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("say why: it must not be empty")
    return text
