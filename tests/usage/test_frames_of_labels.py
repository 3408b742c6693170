"""Tags and group are those held at the end of the month (rules.md Q59), whatever they hold."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from accounts.models import Account
from tests import factories
from tests.factories import MONTH
from usage.choices import Coverage
from usage.models import Device
from usage.selectors.frames import Scope, load
from usage.services.devices import set_labels

pytestmark = pytest.mark.django_db

LAST_MOMENT = MONTH.end - timedelta(microseconds=1)


def labels(account: Account) -> list[tuple[dict[str, str], str]]:
    scope = Scope(MONTH, Coverage.JAPAN, {account.pk: account.pk}, MONTH.end)
    devices = load(scope, bands=())["devices"]
    return [(json.loads(tags), group) for tags, group in devices.select("tags", "group").rows()]


def relabel(device: Device, group: str, **when: timedelta) -> None:
    since = MONTH.end + when["after"]
    set_labels(device=device, tags={"site": group}, group=group, since=since, now=since)


def test_the_last_labels_before_the_end_of_the_month_count(agg: Account) -> None:
    device = factories.device(account=agg, tags={"site": "first"}, group="first")
    relabel(device, "middle", after=-timedelta(days=10))
    relabel(device, "last", after=-timedelta(microseconds=1))
    relabel(device, "next", after=timedelta(0))
    assert labels(agg) == [({"site": "last"}, "last")]


def test_a_device_without_labels_has_none(agg: Account) -> None:
    factories.device(account=agg)
    assert labels(agg) == [({}, "")]


@pytest.mark.parametrize(
    ("tags", "group"),
    [
        ({"b": "2", "a": "1"}, "g"),
        ({"comma": "a,b", "quote": '"', "lines": "x\ny\r\nz\r"}, "line\nbreak"),
        ({"back": "\\", "null": "\\N"}, "\\N"),
        ({"空": "東京", "emoji": "🗼"}, " "),
        ({"empty": ""}, "NULL"),
    ],
)
def test_any_text_comes_through(agg: Account, tags: Mapping[str, str], group: str) -> None:
    factories.device(account=agg, tags=tags, group=group)
    assert labels(agg) == [(dict(tags), group)]


def test_equal_tags_have_one_text_whatever_their_order(agg: Account) -> None:
    for tags in ({"long name": "1", "b": "2"}, {"b": "2", "long name": "1"}):
        factories.device(account=agg, tags=tags)
    scope = Scope(MONTH, Coverage.JAPAN, {agg.pk: agg.pk}, MONTH.end)
    assert load(scope, bands=())["devices"]["tags"].n_unique() == 1
