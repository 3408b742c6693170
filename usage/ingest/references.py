"""What rows refer to, loaded as frames for as many rows as are merged at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import polars as pl

from accounts.selectors.tree import tree_above
from billing_portal.common.periods import Month
from usage.selectors import devices, records
from usage.selectors.records import OwnerStamp, Stamp, TreeStamp

_NO_OWNERS = pl.DataFrame(schema=dict.fromkeys(("device_id", "since", "owner_id"), pl.Int64))


class References:
    """Looks up keys. `refresh` before each batch: it forgets what was looked up so far."""

    def __init__(self) -> None:
        self._tree = TreeStamp()
        self._forget()

    def refresh(self) -> None:
        self._tree = records.tree_stamp()
        self._forget()

    def _forget(self) -> None:
        self._owned = OwnerStamp()
        self._owners = _NO_OWNERS

    @property
    def stamp(self) -> Stamp:
        """The stamp of what was looked up since; taken before it was."""
        return Stamp(self._owned, self._tree)

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
        """Return `device_id`, `since` (microseconds) and `owner_id`, ordered by `since`, of these
        devices. Of a batch they are read once: a second question is about a part of them.
        """
        wanted = frozenset(device_ids.drop_nulls().unique().to_list())
        if not wanted <= self._owned.devices:
            points = devices.owner_points(device_ids=wanted)
            self._owned = OwnerStamp(wanted, points.height, int(points["point"].sum()))
            self._owners = _owners(points)
        return self._owners

    def only_coverages(self, account_ids: pl.Series) -> pl.DataFrame:
        """Return `account_id` and `only_coverage` of accounts all of whose devices have one."""
        found = devices.coverages_of(account_ids=account_ids.drop_nulls().unique().to_list())
        only = ((key, next(iter(names))) for key, names in found.items() if len(names) == 1)
        return _frame(only, {"account_id": pl.Int64, "only_coverage": pl.String})

    def payers(self, months: pl.Series, account_ids: pl.Series) -> pl.DataFrame:
        """Return `month` (as 202610), `account_id` and `payer_id`, the account that is billed."""
        schema = {"month": pl.Int32, "account_id": pl.Int64, "payer_id": pl.Int64}
        accounts = account_ids.drop_nulls().unique().to_list()
        rows = (
            (month, account_id, payer)
            for month in months.drop_nulls().unique().sort()
            for account_id, payer in _payers(accounts, Month.parse(str(month)))
        )
        return _frame(rows, schema)


class Within(References):
    """What a sender may refer to: no account exists for them but their own and those below it, and
    no device that never belonged to one of these.
    """

    def __init__(self, account_id: int, *, month: Month) -> None:
        self._reach: dict[int, bool] = {}
        super().__init__()
        self._sender, self._month = account_id, month

    def accounts(self, keys: pl.Series) -> pl.DataFrame:
        found = super().accounts(keys)
        return found.filter(pl.col("account_id").is_in(self._reached(found["account_id"])))

    def devices(self, keys: pl.Series) -> pl.DataFrame:
        return self._ever_owned(super().devices(keys))

    def identified(self, kind: str, values: pl.Series) -> pl.DataFrame:
        return self._ever_owned(super().identified(kind, values))

    def _ever_owned(self, found: pl.DataFrame) -> pl.DataFrame:
        owners = self.owners(found["device_id"])
        mine = owners.filter(pl.col("owner_id").is_in(self._reached(owners["owner_id"])))
        return found.join(mine, on="device_id", how="semi")

    def _forget(self) -> None:
        super()._forget()
        self._reach.clear()

    def _reached(self, account_ids: pl.Series) -> list[int]:
        asked = account_ids.unique().to_list()
        new = [one for one in asked if one not in self._reach]
        if new:
            tree = tree_above(account_ids=new, month=self._month)
            self._reach |= {one: tree.is_within(one, self._sender) for one in new}
        return [one for one in asked if self._reach[one]]


def _payers(account_ids: Collection[int], month: Month) -> Iterator[tuple[int, int | None]]:
    tree = tree_above(account_ids=account_ids, month=month)
    return ((account_id, tree.payer_of(account_id)) for account_id in account_ids)


def _owners(points: pl.DataFrame) -> pl.DataFrame:
    return points.select("device_id", pl.col("since").dt.epoch("us"), "owner_id").sort("since")


def _known(keys: pl.Series) -> list[str]:
    unique = keys.drop_nulls().unique()
    return unique.filter(unique != "").to_list()


def _frame(rows: Iterable[tuple[object, ...]], schema: Mapping[str, object]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True))  # quicker than row by row
    return pl.DataFrame(columns or None, schema=schema, orient="col")  # type: ignore[arg-type]
