"""What rows refer to, loaded as frames for as many rows as are merged at once."""

from collections.abc import Collection, Iterable

import polars as pl

from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from usage.selectors import devices, records
from usage.selectors.records import Stamp


class References:
    """Looks up keys. `refresh` before each batch: it forgets what has changed since."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = None
        self._payers: dict[int, pl.DataFrame] = {}

    def refresh(self) -> Stamp:
        """Return the stamp of what is looked up from now on."""
        stamp = records.reference_stamp()
        if stamp != self.stamp:
            self._payers.clear()
        self.stamp = stamp
        return stamp

    def accounts(self, keys: pl.Series) -> pl.DataFrame:
        """Return `account` (key) and `account_id`."""
        return _frame(
            records.accounts_by_key(keys=_known(keys)),
            {"account": pl.String, "account_id": pl.Int64},
        )

    def meters(self, codes: pl.Series) -> pl.DataFrame:
        """Return `meter` (code), `meter_id`, `is_priced` and `evidence`."""
        return _frame(
            records.meters_by_code(codes=_known(codes)),
            {
                "meter": pl.String,
                "meter_id": pl.Int64,
                "is_priced": pl.Boolean,
                "evidence": pl.String,
            },
        )

    def devices(self, keys: pl.Series) -> pl.DataFrame:
        """Return `device` (key), `device_id` and `device_coverage`."""
        return _frame(
            devices.devices_by_key(keys=_known(keys)),
            {"device": pl.String, "device_id": pl.Int64, "device_coverage": pl.String},
        )

    def identified(self, kind: str, values: pl.Series) -> pl.DataFrame:
        """Return the same of devices by another identifier, which stands in `device`."""
        return _frame(
            records.devices_by_identifier(kind=kind, values=_known(values)),
            {"device": pl.String, "device_id": pl.Int64, "device_coverage": pl.String},
        )

    def owners(self, device_ids: pl.Series) -> pl.DataFrame:
        """Return `device_id`, `since` (microseconds) and `owner_id`, ordered by `since`."""
        points = devices.owner_points(device_ids=device_ids.drop_nulls().unique().to_list())
        schema = {"device_id": pl.Int64, "since": pl.Datetime("us", "UTC"), "owner_id": pl.Int64}
        return _frame(points, schema).with_columns(pl.col("since").dt.epoch("us")).sort("since")

    def only_coverages(self, account_ids: pl.Series) -> pl.DataFrame:
        """Return `account_id` and `only_coverage` of accounts all of whose devices have one."""
        found = devices.coverages_of(account_ids=account_ids.drop_nulls().unique().to_list())
        only = ((key, next(iter(names))) for key, names in found.items() if len(names) == 1)
        return _frame(only, {"account_id": pl.Int64, "only_coverage": pl.String})

    def payers(self, months: pl.Series) -> pl.DataFrame:
        """Return `month` (as 202610), `account_id` and `payer_id`, the account that is billed."""
        schema = {"month": pl.Int32, "account_id": pl.Int64, "payer_id": pl.Int64}
        frames = [self._payers_in(month) for month in months.drop_nulls().unique().sort()]
        return pl.concat([pl.DataFrame(schema=schema), *frames])

    def _payers_in(self, month: int) -> pl.DataFrame:
        if month not in self._payers:
            pairs = tree_in(month=Month.parse(str(month))).payers()
            self._payers[month] = pl.DataFrame(
                {"account_id": list(pairs.keys()), "payer_id": list(pairs.values())},
                schema={"account_id": pl.Int64, "payer_id": pl.Int64},
            ).select(pl.lit(month, dtype=pl.Int32).alias("month"), "account_id", "payer_id")
        return self._payers[month]


class Within(References):
    """What a sender may refer to: no account but these exists for them."""

    def __init__(self, account_ids: Collection[int]) -> None:
        super().__init__()
        self._allowed = list(account_ids)

    def accounts(self, keys: pl.Series) -> pl.DataFrame:
        return super().accounts(keys).filter(pl.col("account_id").is_in(self._allowed))


def _known(keys: pl.Series) -> list[str]:
    unique = keys.drop_nulls().unique()
    return unique.filter(unique != "").to_list()


def _frame(rows: Iterable[tuple[object, ...]], schema: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")  # type: ignore[arg-type]
