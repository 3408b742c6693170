"""From bytes to a JSON document: strict, of bounded size, and nothing of it rounded on the way."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from invoices.rating.scenarios.problems import BadScenario

LARGEST = 128 * 1024 * 1024
"""Bytes of a document: room for 100,000 SIMs and a million rows of usage."""

MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class Unusable:
    """A JSON number that is not taken: with a point or exponent, too many digits, or NaN."""

    text: str


class Members(dict[str, Any]):
    """A JSON object; `doubled` are the names that it has more than once."""

    doubled: tuple[str, ...] = ()


def document(data: bytes) -> Any:
    """Return what the bytes hold, or raise BadScenario. JSON in UTF-8, with or without BOM."""
    if len(data) > LARGEST:
        raise BadScenario(f"The scenario is larger than {LARGEST // 1024**2} MiB. Split the fleet.")
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_members,
            parse_float=Unusable,
            parse_int=_whole,
            parse_constant=Unusable,
        )
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadScenario(f"Line {line}: this is not UTF-8. Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        raise BadScenario(f"{place}: this is not JSON: {error.msg}. Mend it there.") from error
    except RecursionError:
        raise BadScenario(
            "Lists and objects are nested too deeply. The format has five levels."
        ) from None


def _members(pairs: list[tuple[str, Any]]) -> Members:
    found = Members(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _value in pairs)
        found.doubled = tuple(name for name in found if times[name] > 1)
    return found


def _whole(text: str) -> int | Unusable:
    return int(text) if len(text) <= MOST_DIGITS else Unusable(text)
