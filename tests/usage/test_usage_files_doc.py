"""docs/usage-files.md: its samples are accepted; its reasons stand there or in feeds.md."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests import factories
from tests.usage.conftest import Sender, World
from usage.ingest import reasons

DOCS = Path(settings.BASE_DIR) / "docs"
DOCUMENT = (DOCS / "usage-files.md").read_text()
BOTH = DOCUMENT + (DOCS / "feeds.md").read_text()
SAMPLES = re.findall(r"## ([\w-]+)\n.*?```\w+\n(.*?)```", DOCUMENT, re.DOTALL)
FIELD = re.compile(r"%\(\w+\)s")


def test_each_format_has_a_sample() -> None:
    assert [form for form, _sample in SAMPLES] == ["records-csv", "ndjson", "air-csv"]


@pytest.mark.parametrize(("form", "sample"), SAMPLES, ids=[form for form, _ in SAMPLES])
def test_the_sample_is_accepted(sender: Sender, world: World, form: str, sample: str) -> None:
    account = factories.account(key="AC000001")
    world.sim.key = "moved"
    world.sim.save()
    factories.device(account=account, key="440100000000001")
    sent = sender(sample, format=form)

    assert sent.code == 0
    assert set(sent.outcomes) == {"accepted"}


@pytest.mark.parametrize("text", reasons.texts())
def test_each_reason_is_explained(text: str) -> None:
    longest = max(FIELD.split(text), key=len)

    assert longest.split(", such as")[0][:25].strip() in BOTH
