"""What occurs in the columns of a detail file, looked up before its lines are written.

A month has millions of lines and few different texts and prices, of which hardly any needs a guard
or quotes: so the lines themselves are written as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from billing_portal.common.csvfile import RISKY
from invoices.rating.canonical import plain

AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Occurring:
    """The kinds and unit prices of a file, and the columns of text with something in them, with
    something that a spreadsheet would run, and with something that needs quotes."""

    kinds: list[str | None]
    prices: pl.Series
    used: frozenset[str]
    risky: frozenset[str]
    quoted: frozenset[str]

    def shown(self, name: str) -> pl.Expr:
        """A column of text as it stands in the file."""
        text = pl.col(name)
        if name in self.risky:
            text = _guarded(text)
        return _quoted(text) if name in self.quoted else text

    def price(self) -> pl.Expr:
        """The unit price as plain text, made once for each price."""
        texts = pl.select(plain(pl.lit(self.prices))).to_series()
        return pl.col("unit_price").replace_strict(self.prices, texts, return_dtype=pl.String)


def occurring(lines: pl.LazyFrame, texts: Sequence[str]) -> Occurring:
    """Look through a file; `texts` are its columns of free text beside `name`."""
    blocks = [_in_block(block, texts) for block in slices(lines)]
    kinds, prices, so = zip(*blocks, strict=True)
    found = pl.concat(so).sum().row(0, named=True)
    return Occurring(
        kinds=pl.concat(kinds).unique().to_list(),
        prices=pl.concat(prices).unique(),
        **{
            look: frozenset(name for name in ("name", *texts) if found[f"{look}:{name}"])
            for look in LOOKS
        },
    )


def slices(lines: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """A file block by block, at least one: what a pass has read counts as memory in use."""
    for start in range(0, max(1, lines.select(pl.len()).collect().item()), AT_ONCE):
        yield lines.slice(start, AT_ONCE)


def _in_block(
    lines: pl.LazyFrame, texts: Sequence[str]
) -> tuple[pl.Series, pl.Series, pl.DataFrame]:
    """The kinds and unit prices, and what is so of the texts.

    Lines stand device by device, so only those are looked at where one of the texts changes.
    """
    changing = lines.filter(pl.any_horizontal(_changes(name) for name in ("kind", *texts)))
    named = lines.select("name", "unit_price").unique()
    bearers, names = pl.collect_all([changing.select("kind", *texts), named])
    so = bearers.select(_looks(texts)).hstack(names.select(_looks(["name"])))
    return bearers["kind"].unique(), names["unit_price"], so


def _changes(name: str) -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(name).shift())


def _looks(names: Sequence[str]) -> Iterator[pl.Expr]:
    """What is so of any text of some columns, as `<look>:<column>`."""
    for look, is_so in LOOKS.items():
        for name in names:
            yield is_so(pl.col(name)).any().alias(f"{look}:{name}")


def _is_used(text: pl.Expr) -> pl.Expr:
    return text.fill_null("") != ""


def _is_risky(text: pl.Expr) -> pl.Expr:
    return text.str.slice(0, 1).is_in(list(RISKY))


def _needs_quotes(text: pl.Expr) -> pl.Expr:
    return text.str.contains('[",\r\n]')


def _guarded(text: pl.Expr) -> pl.Expr:
    """Keep a spreadsheet from reading text as a formula; other apostrophes stay as they are."""
    return pl.when(_is_risky(text)).then(pl.lit("'") + text).otherwise(text)


def _quoted(text: pl.Expr) -> pl.Expr:
    quoted = pl.lit('"') + text.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(_needs_quotes(text)).then(quoted).otherwise(text)


LOOKS = {"used": _is_used, "risky": _is_risky, "quoted": _needs_quotes}
