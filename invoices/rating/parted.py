"""A table of many accounts, taken apart by account: what a shard does once, not once for each."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from invoices.rating import canonical

FEW = 2_000
"""Rows of an account up to which its text is made together with that of others, and kept."""
TOGETHER = 400_000
"""Rows that are turned into text together: some fifty megabytes."""


@dataclass(frozen=True)
class Parted:
    """`table` stands account by account."""

    table: pl.DataFrame

    @cached_property
    def spans(self) -> dict[int, tuple[int, int]]:
        """First row and number of rows of each account."""
        runs = self.table["account_id"].rle().struct
        lengths, accounts = runs.field("len").to_list(), runs.field("value").to_list()
        spans, start = {}, 0
        for account_id, length in zip(accounts, lengths, strict=True):
            spans[account_id] = (start, length)
            start += length
        return spans

    def of(self, account_id: int) -> pl.DataFrame:
        """The rows of one account."""
        return self.table.slice(*self.spans.get(account_id, (0, 0)))

    def text_of(self, account_id: int) -> str | None:
        """Their canonical text; None if it is better made, or kept, in another way."""
        if account_id in self.spans:
            return self._texts.get(account_id)
        return ""

    @cached_property
    def _texts(self) -> dict[int, str]:
        few = [part for part in self.spans.items() if part[1][1] <= FEW]
        if sum(length for _, (_, length) in few) > TOGETHER:
            return {}
        own = self.table
        if len(few) < len(self.spans):
            own = pl.concat([own.head(0), *(self.of(account_id) for account_id, _ in few)])
        if not canonical.is_whole(own):
            return {}
        texts = own.select("account_id", text=canonical.rows(own))
        joined = texts.group_by("account_id").agg(pl.col("text").str.join(""))
        return dict(joined.iter_rows())
