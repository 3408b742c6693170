"""docs/feeds.md: every key stands in it, and every example runs."""

import re
import textwrap
from pathlib import Path

import pytest
from django.conf import settings

from tests import factories
from tests.usage.conftest import World
from tests.usage.feeds.sending import Feeder, problems, profile
from usage.choices import IdentifierKind
from usage.ingest.feeds.dialects import ENCODINGS
from usage.ingest.feeds.parsing import DEVICE_KINDS
from usage.ingest.feeds.patterns import DIRECTIVES
from usage.ingest.feeds.table import KEYS
from usage.models import DeviceIdentifier

DOCUMENT = (Path(settings.BASE_DIR) / "docs" / "feeds.md").read_text()
FRAGMENTS = [
    text
    for name, text in re.findall(r"(<!-- walk.toml -->\n)?```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    if not name
]
PLACES = {"": "", "values": "values.NAME.", "quantity": "fact.quantity.", "when": "fact.when."}


def walk(name: str) -> str:
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, name
    return found[1]


def test_every_key_has_a_row_and_every_row_is_a_key() -> None:
    described = re.findall(r"^\| `([\w.]+)` \| (?!needed in the file)", DOCUMENT, re.MULTILINE)
    known = [PLACES.get(kind, f"{kind}.") + key for kind, keys in KEYS.items() for key in keys]
    formats = {"rfc3339", "epoch"}
    assert sorted(set(described) - formats) == sorted(known)


@pytest.mark.parametrize("word", [*ENCODINGS, *DEVICE_KINDS, *DIRECTIVES])
def test_every_choice_is_named(word: str) -> None:
    assert f"`{word}`" in DOCUMENT


def test_the_walk_comes_out_as_it_says(feeder: Feeder, world: World) -> None:
    account = factories.account(key="AC000001")
    world.sim.key = "moved"
    world.sim.save()
    device = factories.device(account=account, key="440100000000001")
    DeviceIdentifier.objects.create(
        device=device, kind=IdentifierKind.ICCID, value="8981000000000000015"
    )
    said = textwrap.dedent(feeder.shown(walk("walk.toml"), walk("walk.csv"))).splitlines()

    assert [line.strip() for line in said[1:-1]] == walk("walk.txt").splitlines()


@pytest.mark.parametrize("text", FRAGMENTS)
def test_each_fragment_is_understood(text: str) -> None:
    keys = re.findall(r"^(meter|variant|quantity) = .*", text, re.MULTILINE)
    if "[[fact]]" in text:
        whole = profile(fact="").replace("[fact]\n", "") + text
        assert problems(whole) == ""
        return
    assert keys
    for line in re.findall(r"^(?:meter|variant|quantity) = .*", text, re.MULTILINE):
        rest = [
            other
            for other in ('meter = "m"', "quantity = 1")
            if other.split()[0] != line.split()[0]
        ]
        used = '\n[values.kind]\ncolumn = "k"\n' if "{kind}" in line else ""
        assert problems(profile(used, fact="\n".join([line, *rest]))) == ""
