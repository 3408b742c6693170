"""The outbox. A mail is a row, committed with the change that it tells of, and sent afterwards.

It is sent at least once: a process that dies between handing a mail over and noting so leaves it to
the next one, which sends it again under the same Message-ID.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.mail import NEWS, SECRET, compose
from accounts.models import Account, Mail, Membership, User
from billing_portal.common import leases

MAX_ATTEMPTS = 8
"""After so many failures a mail is given up: some twenty hours after the first."""
LEASE_SECONDS = 180
"""Longer than a mail server may keep us waiting (settings.EMAIL_TIMEOUT, for each answer)."""
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=8)
LONGEST_ERROR = 1000


def queue(
    *,
    to: str,
    kind: str,
    language: str,
    context: Mapping[str, str],
    now: datetime,
    account_key: str = "",
    about: str = "",
    attachment: str = "",
    attachment_name: str = "",
) -> Mail:
    """Write a mail into the outbox; call it within the transaction of the change.

    The sweep sends it within seconds, as plain text and as HTML of the same words. `about` is the
    number of the document that it tells of, if any; `attachment` is a stored PDF to go with it.
    """
    mail = written(
        to=to, kind=kind, language=language, context=context, now=now, account_key=account_key
    )
    mail.about, mail.attachment, mail.attachment_name = about, attachment, attachment_name
    mail.save()
    return mail


def written(
    *,
    to: str,
    kind: str,
    language: str,
    context: Mapping[str, str],
    now: datetime,
    account_key: str = "",
) -> Mail:
    """Compose a mail that is not in the outbox yet; `context` has the values of the letter."""
    letter = compose(kind=kind, language=language, context=context)
    return Mail(
        to=to,
        kind=kind,
        language=language,
        account_key=account_key,
        subject=letter.subject,
        text=letter.text,
        created_at=now,
        due_at=now,
    )


def queue_all(*, mails: Sequence[Mail]) -> None:
    """Write many mails into the outbox at once."""
    Mail.objects.bulk_create(mails)


def link(name: str, *arguments: str | int) -> str:
    """The whole address of a page, for mails; never from what a browser says of itself."""
    return f"{settings.BASE_URL}{reverse(name, args=arguments)}"


def people_of(*, account: Account, kind: str) -> list[User]:
    """Who of the account is told of news of this kind: people with a role who want to know."""
    return people_of_all(account_ids=[account.pk], kind=kind)[account.pk]


def people_of_all(*, account_ids: Collection[int], kind: str) -> Mapping[int, list[User]]:
    """The same of many accounts, in one query."""
    wanted = {f"user__{NEWS[kind]}": True} if kind in NEWS else {}
    rows = Membership.objects.filter(account__in=account_ids, user__is_active=True, **wanted)
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows.select_related("user").order_by("user"):
        found[row.account_id].append(row.user)
    return found


def waiting() -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)


def due(*, now: datetime, limit: int) -> list[int]:
    """The keys of mails that are to be sent and that no process has, the longest due first."""
    free = leases.free(waiting(), now).order_by("due_at", "pk")
    return list(free.values_list("pk", flat=True)[:limit])


def start(*, mail_id: int, now: datetime) -> Mail | None:
    """Take a mail for this process; None if it is done, not due, or another one's."""
    rows = waiting().filter(pk=mail_id)
    if not leases.take(rows, now=now, seconds=LEASE_SECONDS, limit=1):
        return None
    mail = Mail.objects.get(pk=mail_id)
    if mail.attempts > MAX_ATTEMPTS:  # it ends its worker each time
        failed(mail=mail, error="Sending was cut short too often.", final=True, now=now)
        return None
    return mail


def sent(*, mail: Mail, now: datetime) -> None:
    """Note that the mail server has it."""
    _end(mail, sent_at=now, error="")


def failed(*, mail: Mail, error: str, final: bool, now: datetime) -> None:
    """Note why a mail was not sent; try again later unless that makes no sense."""
    reason = error[:LONGEST_ERROR]
    if final or mail.attempts >= MAX_ATTEMPTS:
        _end(mail, given_up_at=now, error=reason)
    else:
        leases.fail(mail, error=reason, now=now, delay=_delay(mail.attempts))


def _end(mail: Mail, **columns: object) -> None:
    text = "" if mail.kind in SECRET else F("text")
    Mail.objects.filter(pk=mail.pk).update(text=text, lease_owner="", lease_until=None, **columns)


def _delay(attempts: int) -> timedelta:
    """Half a minute after the first failure, four times as long after each more."""
    factor: int = 4 ** min(max(attempts - 1, 0), 8)
    return min(SOONEST * factor, LATEST)
