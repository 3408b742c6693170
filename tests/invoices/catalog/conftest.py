"""A small right catalogue, and a helper that loads it with some files replaced."""

from collections.abc import Callable
from pathlib import Path

import pytest

from invoices.services.catalog import CatalogRefused, LoadReport, load_catalog
from tests.factories import NOW

Files = dict[str, str]
Load = Callable[..., LoadReport]
ITEM = """
[[item]]
code = "upload"
name = "upload-{variant}"
category = "data"
unit = "bytes"
region = "japan"
device_kind = "subscriber"
rule = "sum"
meters = ["data.upload"]
"""
RIGHT: Files = {
    "meters.csv": "code,unit\ndata.upload,bytes\nbeam.request,requests\ndisk,bytes\n",
    "plans.csv": "code,coverage,kind\nplan-D,japan,subscriber\nplan-G,global,subscriber\n",
    "items.toml": ITEM,
    "time_bands.csv": "meter,coverage,name,otherwise,zone,starts,ends\n",
    "tax_rates.csv": "country,category,since,rate\nJP,standard,2019-10-01,0.1\n",
    "prices.csv": (
        "item,coverage,plan,variant,since,price,per,note\n"
        "upload,japan,plan-D,s1.fast,2026-01-01,0.22,1048576,a note\n"
    ),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Files], Path]:
    def put(files: Files) -> Path:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return put


@pytest.fixture
def load(db: None, write: Callable[[Files], Path]) -> Load:
    """Load RIGHT with these files in place of its own."""

    def put(files: Files | None = None) -> LoadReport:
        return load_catalog(path=write({**RIGHT, **(files or {})}), actor="test", now=NOW)

    return put


@pytest.fixture
def refusal(load: Load) -> Callable[[Files], list[str]]:
    """Load, and return what is complained about, one text each."""

    def told(files: Files) -> list[str]:
        with pytest.raises(CatalogRefused) as refused:
            load(files)
        return [str(problem) for problem in refused.value.problems]

    return told
