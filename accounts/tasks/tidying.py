"""What signing in leaves behind, removed when its time is over."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command

from accounts.models import CacheEntry
from accounts.services import tokens
from billing_portal.common import clock


@shared_task
def tidy() -> None:
    """Remove ended sessions, with what the list of devices knows of them, old counts and tokens."""
    call_command("clearsessions")
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
    tokens.forget(now=clock.now())
    CacheEntry.objects.filter(expires__lt=clock.now()).delete()
