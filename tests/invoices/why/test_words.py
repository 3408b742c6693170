"""Every rule, step and fact has words, in both languages; no text of a customer breaks a page."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from invoices.choices import QuantityRule
from invoices.rating.explaining import Rebuilt, explain
from invoices.views import why_facts, why_texts, why_words
from tests.unit.rating.test_explaining import BILLED, rated

DOCS = Path(__file__).resolve().parents[3] / "docs" / "rating.md"


def explained(name: str) -> list[dict[str, Any]]:
    lines, kept = rated(BILLED[name])
    return explain(lines[:40], Rebuilt(kept))


@pytest.mark.parametrize("rule", QuantityRule.values)
def test_every_rule_has_a_sentence_and_a_section(rule: str) -> None:
    assert why_words.sentence(rule)
    assert f"### `{rule}`" in DOCS.read_text()


@pytest.mark.parametrize("name", BILLED)
def test_every_step_and_fact_has_words(name: str) -> None:
    contents = explained(name)
    for language in ("en", "ja"):
        with translation.override(language):
            for content in contents:
                says_all(content)


def says_all(content: dict[str, Any]) -> None:
    told = why_words.told(content, currency="JPY")
    assert str(told.steps[-1].result).endswith("JPY")
    assert all(step.label and step.equation and step.result for step in told.steps)
    heads = {str(head) for table in told.tables for head, _is_figure in table.heads}
    assert heads <= {str(text) for text in why_texts.HEADS.values()}


def test_texts_of_the_facts_are_only_text() -> None:
    content = explained("sum")[0]
    content["facts"]["usage"][0]["variant"] = "<script>\u202e=cmd()" + "x" * 10_000
    told = why_words.told(json.loads(json.dumps(content)), currency="JPY")
    page = render_to_string(
        "invoices/bill/why_line.html", {"each": told, "content": content, "explained": None}
    )
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_many_facts_are_cut_on_the_page_and_counted() -> None:
    rows = [{"date": "2026-10-01", "quantity": str(n)} for n in range(why_facts.ROWS + 7)]
    [table] = why_facts.tables({"days": rows})
    assert (len(table.rows), table.more) == (why_facts.ROWS, 7)
