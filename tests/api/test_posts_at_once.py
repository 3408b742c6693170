"""The same batch from eight connections at once: each row is stored once, and nobody gets a 5xx."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import Account
from tests import factories
from tests.api.answers import CheckedClient
from tests.api.conftest import Headers, SignIn
from usage.models import UsageRecord

CONNECTIONS, ROWS = 8, 40


def post(headers: Headers) -> Any:
    rows = [
        {"event_id": f"e{number}", "account": "AGG", "device": "lamp", "meter": "data.upload",
         "variant": "", "at": "2026-10-05T10:00:00Z", "quantity": 5}
        for number in range(ROWS)
    ]  # fmt: skip
    try:
        return CheckedClient().post(
            "/v1/usage-records", rows, content_type="application/json", headers=headers
        )
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_batch_at_once_is_stored_once(
    bearer: SignIn, agg: Account, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.API_LIMITS = settings.API_LIMITS | {"at_once": CONNECTIONS}
    factories.device(account=agg, key="lamp")
    factories.meter(code="data.upload")
    headers = bearer(agg)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(post, [headers] * CONNECTIONS))
    assert {answer.status_code for answer in answers} == {200}
    counts = sum((Counter(answer.json()["counts"]) for answer in answers), Counter[str]())
    assert (counts["accepted"], counts["duplicate"]) == (ROWS, ROWS * (CONNECTIONS - 1))
    assert UsageRecord.objects.count() == ROWS
