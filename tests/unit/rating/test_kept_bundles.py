"""Bundles that version 0.1.0 closed months with still give every digit that it sealed.

`kept/` holds such bundles, and in sealed.json what that version wrote down of each: the digests of
bundle and detail file, the net, and the sums by item and by day. They are never made anew.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from billing_portal.common.money import plain
from invoices.rating import engine, registry
from invoices.rating.bundle import Bundle, unpack
from invoices.rating.detail import Detail
from invoices.rating.seals import sealed_days, sealed_items

KEPT = Path(__file__).parent / "kept"
SEALED: dict[str, dict[str, Any]] = json.loads((KEPT / "sealed.json").read_text())


def kept(name: str) -> Bundle:
    return unpack((KEPT / f"{name}.zip").read_bytes())


def recomputed(bundle: Bundle) -> dict[str, Any]:
    rated = engine.rate(
        bundle.frames,
        tariff=bundle.tariff,
        days=bundle.days,
        rules=registry.pinned(bundle.rules),
    )
    total = rated.sums[bundle.account_id]
    detail = Detail(rated.charges.of(bundle.account_id))
    return {
        "bundle": bundle.digest,
        "detail": detail.digest,
        "net": plain(total.net),
        "lines": total.line_count,
        "items": sealed_items(total.items),
        "days": sealed_days(total.days),
    }


@pytest.mark.parametrize("name", SEALED)
def test_what_was_sealed_is_computed_again(name: str) -> None:
    assert recomputed(kept(name)) == SEALED[name]
