"""What is wrong with a scenario, told so that its author can mend it."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 50
LONGEST = 40
ALIKE_AMONG = 500


class BadScenario(ValueError):
    """A scenario that cannot be rated. The message has a line for each of the first 50 problems.

    Each names its field by the path, such as `devices[3].statuses[0][0]`, counted from 0.
    """


class Problems:
    """Collects what is wrong, so that all of it is told at once."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.count = 0

    def at(self, path: str, text: str) -> None:
        self.count += 1
        if self.count <= SHOWN:
            self.told.append(f"{path}: {text}" if path else text)

    def raise_if_any(self) -> None:
        rest = [f"… and {self.count - SHOWN} more."] if self.count > SHOWN else []
        if self.count:
            raise BadScenario("\n".join(self.told + rest))


def excerpt(text: str) -> str:
    """A text in quotes, without anything that steers a terminal, and not too much of it."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in cut) + '"'


def alike(word: str, known: Iterable[str]) -> str:
    """What was probably meant, as a sentence; all that is known if nothing is like it."""
    words = [each for each in known if each]
    if len(words) > ALIKE_AMONG:
        return ""
    close = get_close_matches(word[:100].lower(), words, n=1) or get_close_matches(
        word[:100], words, n=1
    )
    if close:
        return f" Did you mean {close[0]}?"
    return f" Known are: {', '.join(words)}." if len(words) <= LONGEST else ""
