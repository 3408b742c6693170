"""Reading settings from environment variables, or from files that these name.

What cannot be read leaves the default in place and is noted in `PROBLEMS`, which the system checks
report (billing_portal/settings.py).
"""

import environ

env = environ.FileAwareEnv()
PROBLEMS: list[tuple[str, str]] = []
"""(name of the variable, what is wrong with it)."""


def text(name: str, default: str = "") -> str:
    try:
        found: str = env.str(name, default="").strip()
    except OSError as problem:
        PROBLEMS.append((f"{name}_FILE", f"{problem.strerror}: {problem.filename}"))
        return default
    return found or default


def list_(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def flag(name: str) -> bool:
    given = text(name, "false").lower()
    if given not in (*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0", ""):
        PROBLEMS.append((name, f"{given!r} is neither true nor false."))
    return given in env.BOOLEAN_TRUE_STRINGS


def number(name: str, default: int, *, least: int = 1, most: int = 2**31) -> int:
    given = text(name, str(default))
    if given.isdecimal() and least <= int(given) <= most:
        return int(given)
    PROBLEMS.append((name, f"{given!r} is not a whole number from {least} to {most}."))
    return default


def days(name: str, default: str, *, least: int) -> list[int]:
    """Different numbers of days, in their order, from `least` to a year."""
    try:
        found = [int(part) for part in list_(name, default)]
    except ValueError:
        found = []
    if found and len(set(found)) == len(found) and all(least <= day <= 366 for day in found):
        return found
    PROBLEMS.append((name, f"Write days such as 3,5,7: different ones, from {least} to 366."))
    return [int(part) for part in default.split(",")]


def one_of(name: str, default: str, known: list[str]) -> str:
    given = text(name, default).lower()
    if given in known:
        return given
    PROBLEMS.append((name, f"{given!r} is none of: {', '.join(known)}."))
    return default
