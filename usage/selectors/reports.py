"""Usage reports as people see them."""

from usage.models import UsageReport


def stored_files() -> set[str]:
    """The names of all files that reports refer to."""
    rows = UsageReport.objects.values_list("active_file", "updates_file")
    return {name for pair in rows.iterator() for name in pair}
