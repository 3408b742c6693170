"""Why an account cannot be rated, in words for the person who has to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason: what is wrong, with the row it is about, and what to do."""

    what: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        return {"what": self.what, "remedy": self.remedy}
