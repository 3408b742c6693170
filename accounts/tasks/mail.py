"""Mails of the outbox, handed to the mail server one by one."""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accounts.mail import NEWS
from accounts.mail.markup import as_html
from accounts.models import Mail
from accounts.services import mail as outbox
from billing_portal.common import clock, files
from billing_portal.common.checkpoints import reached
from billing_portal.common.dispatch import send

log = logging.getLogger(__name__)

HTML, PDF = "text/html", "application/pdf"
SWEPT = 400
"""How many mails a sweep enqueues."""


@shared_task
def sweep() -> None:
    """Enqueue the mails that are due and that nobody sends."""
    for mail_id in outbox.due(now=clock.now(), limit=SWEPT):
        send(deliver, mail_id=mail_id)


@shared_task
def deliver(*, mail_id: int) -> None:
    """Send one mail. Does nothing if another process has it or it is done."""
    mail = outbox.start(mail_id=mail_id, now=clock.now())
    if mail is None:
        return
    try:
        message(mail).send()
    except Exception as error:
        # Whatever it is: it is shown with the row, and the other mails go on.
        log.warning("mail %s (%s) was not sent: %s", mail.pk, mail.kind, type(error).__name__)
        reason = f"{type(error).__name__}: {error}"
        outbox.failed(mail=mail, error=reason, final=_is_final(error), now=clock.now())
    else:
        reached("mail.handed_over")
        outbox.sent(mail=mail, now=clock.now())


def message(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out: plain text and HTML of the same words, known as automatic, always
    under the same Message-ID.
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<meisai.{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }
    if mail.kind in NEWS:
        headers["List-Id"] = f"Meisai {mail.kind} <{mail.kind}.{host}>"
        headers["List-Unsubscribe"] = f"<{outbox.link('settings-profile')}>"
    made = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    made.attach_alternative(as_html(mail.text, title=mail.subject, language=mail.language), HTML)
    if mail.attachment:
        made.attach(mail.attachment_name, files.read(mail.attachment), PDF)
    return made


def _is_final(error: Exception) -> bool:
    """Say whether the server refused for good (5xx): trying again would only annoy it."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code in range(550, 555)
