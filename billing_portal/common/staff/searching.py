"""How staff lists find a word in columns of their own and of the rows that they point to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q


def finding(model: Any, columns: Iterable[str], word: str) -> Q:
    """Return what a row meets that has the word in one of these columns.

    columns: such as "label", "account__key", or "subject__contains" to have regard to case.

    Rows of another table are found first, by themselves: there are 5,000 customers, and 143,000
    bills would each be joined to one to look at its name.
    """
    found, elsewhere = Q(), defaultdict(list)
    for column in columns:
        first, _, rest = column.partition("__")
        if model._meta.get_field(first).is_relation:
            elsewhere[first].append(rest)
        else:
            found |= Q(**{column if rest else f"{column}__icontains": word})
    for first, rests in elsewhere.items():
        target: Any = model._meta.get_field(first).related_model
        rows = target._default_manager.filter(finding(target, rests, word))
        found |= Q(**{f"{first}__in": rows})
    return found
