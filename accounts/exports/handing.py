"""Results of jobs behind signed addresses that need no header (accounts/api/files.py)."""

from collections.abc import Iterator

from accounts.access import Access
from accounts.choices import JobState
from accounts.models import Job
from accounts.selectors import jobs
from accounts.services.handing import Gift
from accounts.services.jobs import KINDS
from billing_portal.common import files

JOB_FILE = "job-file"
PIECE = 1 << 20


def give(*, access: Access, key: str) -> Gift:
    """Find the file of a finished job for who may see it; raises Job.DoesNotExist."""
    job = jobs.get(access=access, pk=int(key))
    if job.state != JobState.DONE or not job.stored_as:
        raise Job.DoesNotExist
    return Gift(
        name=job.file_name,
        content_type=KINDS[job.kind].content_type,
        account_key=job.account.key if job.account else "",
        action=f"{job.kind}.download",
        pieces=pieces(job.stored_as),
    )


def pieces(name: str) -> Iterator[bytes]:
    """The bytes of a stored file."""
    with files.open_file(name) as file:
        yield from iter(lambda: file.read(PIECE), b"")
