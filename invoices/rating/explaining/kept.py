"""Opening an input bundle for one line: without its proof, and no more of it than is needed.

That a bundle is what was packed is proved by `verify_bills`, not here: it takes seconds for the
millions of facts of a large account.
"""

import io
from collections.abc import Callable
from datetime import date

import polars as pl

from invoices.rating import tariff
from invoices.rating.bundle import Bundle
from invoices.rating.container import Container
from invoices.rating.explaining.rebuilt import Needs
from invoices.rating.frames import SCHEMAS, collect
from invoices.rating.tariff import Tariff

Wanted = Callable[[Tariff], Needs]
"""Given the tariff of the bundle, the facts that are needed."""


def opened(content: bytes, wanted: Wanted) -> Bundle:
    """The bundle of a file; raises BrokenBundle for what cannot be read."""

    def bundle(kept: Container) -> Bundle:
        sold = tariff.from_text(kept.tariff)
        return Bundle(
            account_id=kept.manifest["account_id"],
            frames=collect(**_tables(kept, wanted(sold))),
            tariff=sold,
            days=tuple(date.fromisoformat(day) for day in kept.manifest["days"]),
            rules=kept.manifest["rules"],
        )

    return Container.read(io.BytesIO(content), bundle)


def _tables(kept: Container, wanted: Needs) -> dict[str, pl.DataFrame]:
    ids = kept.scan("devices").filter(wanted.is_device).collect()["device_id"].to_list()
    return {
        name: wanted.of(kept.scan(name), name, ids).collect() for name in SCHEMAS if kept.has(name)
    }
