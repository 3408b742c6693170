"""Under a host name of the settings `/v1` is Global, for every kind of address (issue 7)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Account
from invoices.exports import detail
from invoices.models import Bill
from tests import credit_factories, factories
from tests.api.conftest import pair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november", "real_once")]
HOST = "g.api.example.com"


class Hosted:
    """A program that knows the name of the host and no other path than /v1."""

    def __init__(self, account: Account) -> None:
        self.client = Client(headers={"Host": HOST.upper()})
        key, secret = factories.api_key(account=account)
        self.token = pair(self.ask("post", "/auth", authKeyId=key.public_id, authKey=secret))

    def ask(self, method: str, path: str, **typed: Any) -> Any:
        more = {"data": typed, "content_type": "application/json"} if typed else {}
        headers = getattr(self, "token", {})
        response = getattr(self.client, method)(f"/v1{path}", headers=headers, **more)
        assert response.status_code == 200, response.content
        return response.json()


@pytest.fixture
def hosted(real: Account, settings: Settings) -> Hosted:
    settings.ALLOWED_HOSTS = [HOST]
    settings.GLOBAL_API_HOSTS = [HOST]
    return Hosted(real)


def test_bills(hosted: Hosted) -> None:
    assert hosted.ask("get", "/bills/latest")["currency"] == "USD"
    assert {bill["currency"] for bill in hosted.ask("get", "/bills")["billList"]} == {"USD"}


def test_coupons(hosted: Hosted, real: Account) -> None:
    for coverage in ("japan", "global"):
        credit_factories.coupon(account=real, coverage=coverage)
    (coupon,) = hosted.ask("get", "/coupons")["couponList"]
    assert coupon["currency"] == "USD"


def test_files_at_once(hosted: Hosted, real: Account) -> None:
    url = hosted.ask("post", "/bills/202610/export")["url"]
    assert url.lower().startswith(f"http://{HOST}/files/")
    bill = Bill.objects.get(account=real, coverage="global", month="2026-10")
    assert Client(headers={"Host": HOST}).get(url).getvalue() == b"".join(detail.stream(bill))


@pytest.mark.usefixtures("broker")
def test_files_by_a_job(hosted: Hosted) -> None:
    said = hosted.ask("post", "/bills/202610/export?export_mode=async")
    assert hosted.ask("get", said["exportedFilePath"]) == {"status": "processing"}


def test_the_same_token_is_japan_under_another_name(hosted: Hosted, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    said = Client().get("/v1/bills/latest", headers=hosted.token).json()
    assert said["currency"] == "JPY"
