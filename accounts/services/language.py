"""In which language a person reads pages and mails."""

from accounts.models import User


def choose(*, person: User, language: str) -> None:
    """Remember the language of a person; its history keeps that it changed."""
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
