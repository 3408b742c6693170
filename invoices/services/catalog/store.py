"""The catalogue in the database: read as rows, written with its history."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import models
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from invoices.models import (
    BillItem,
    ExchangeRate,
    Fee,
    MinimumCharge,
    Price,
    TaxRate,
    TimeBand,
)
from invoices.services.catalog.rows import (
    BandRow,
    Catalogue,
    ExchangeRow,
    FeeRow,
    ItemRow,
    MeterRow,
    MinimumRow,
    PlanRow,
    PriceRow,
    Row,
    TaxRow,
)
from usage.models import Meter, Plan

Values = dict[str, Any]
# In the order of writing: what is referred to comes first.
MODELS: dict[str, tuple[type[models.Model], type[Row]]] = {
    "meters": (Meter, MeterRow),
    "plans": (Plan, PlanRow),
    "items": (BillItem, ItemRow),
    "time_bands": (TimeBand, BandRow),
    "tax_rates": (TaxRate, TaxRow),
    "prices": (Price, PriceRow),
    "fees": (Fee, FeeRow),
    "minimum_charges": (MinimumCharge, MinimumRow),
    "exchange_rates": (ExchangeRate, ExchangeRow),
}
# Columns that hold a row of another table, which catalogue rows name by its code.
REFERENCES: dict[str, dict[str, str]] = {"prices": {"item": "items", "plan": "plans"}}
REASON = "load_catalog"


def present() -> Catalogue:
    """Return what the database holds."""
    catalogue = Catalogue()
    for kind in MODELS:
        for instance in _instances(kind).values():
            row = _row(kind, instance)
            catalogue.of(kind)[row.key] = row
    return catalogue


def write(changes: Catalogue, *, now: datetime) -> None:
    """Insert or update the rows, each with a row of history. Called inside a transaction."""
    for kind, (model, _row_type) in MODELS.items():
        rows = changes.of(kind)
        if rows:
            _write(kind, model, rows, now)


def _instances(kind: str) -> dict[Any, models.Model]:
    manager = MODELS[kind][0]._default_manager
    found = manager.select_related(*REFERENCES.get(kind, {})).order_by("pk")
    return {_row(kind, instance).key: instance for instance in found}


def _row(kind: str, instance: models.Model) -> Any:
    row_type = MODELS[kind][1]
    names = [field.name for field in fields(row_type) if field.name != "origin"]
    values = {name: getattr(instance, name) for name in names}
    for name in REFERENCES.get(kind, {}):
        values[name] = getattr(values[name], "code", "")
    return row_type(**values)


def _write(kind: str, model: type[models.Model], rows: Mapping[Any, Row], now: datetime) -> None:
    there = _instances(kind)
    ids = {
        name: dict(MODELS[target][0]._default_manager.values_list("code", "pk"))
        for name, target in REFERENCES.get(kind, {}).items()
    }
    new, old = [], []
    for key, row in rows.items():
        values = _values(row, ids)
        if key not in there:
            new.append(model(**values))
            continue
        for name, value in values.items():
            setattr(there[key], name, value)
        old.append(there[key])
    how = {"default_date": now, "default_change_reason": REASON}
    if new:
        bulk_create_with_history(new, model, **how)
    if old:
        names = [name.removesuffix("_id") for name in _values(next(iter(rows.values())), ids)]
        bulk_update_with_history(old, model, names, **how)


def _values(row: Row, ids: Mapping[str, Mapping[str, int]]) -> Values:
    values = {one.name: getattr(row, one.name) for one in fields(row) if one.name != "origin"}
    for name, known in ids.items():
        values[f"{name}_id"] = known.get(values.pop(name))
    return values
