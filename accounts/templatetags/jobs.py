"""What a job is, in words."""

from django import template
from django.utils.functional import Promise

from accounts.models import Job
from accounts.services.jobs import KINDS

register = template.Library()


@register.filter
def about(job: Job) -> str:
    """What the job is about: "October 2026, Japan"."""
    return KINDS[job.kind].title(job)


@register.filter
def kind_label(job: Job) -> str | Promise:
    """What kind of work it is: "Detail CSV"."""
    return KINDS[job.kind].label
