"""The rows that an import did not take can be fetched by staff who may see imports."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from billing_portal.common import files
from tests import factories
from tests.staff.conftest import sent
from usage.models import Import


@pytest.fixture
def refused(db: None) -> Import:
    stored = files.put("rejected", b"line,reason\r\n2,no zone\r\n", suffix="csv")
    return factories.file_import(rejected=1, rejected_file=stored.name)


def address(row: Import) -> str:
    return reverse("admin:usage_import_rejected", args=[row.pk])


def test_the_page_of_an_import_links_them(refused: Import, staff: Client) -> None:
    page = staff.get(reverse("admin:usage_import_change", args=[refused.pk])).content.decode()
    assert address(refused) in page


def test_they_are_sent_as_a_file(refused: Import, staff: Client) -> None:
    response = staff.get(address(refused))
    assert b"no zone" in sent(response)
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["", "rejected/00/lost.csv"])
def test_where_there_are_none_there_is_no_page(name: str, staff: Client) -> None:
    assert staff.get(address(factories.file_import(rejected_file=name))).status_code == 404


@pytest.mark.parametrize(("codename", "status"), [("view_import", 200), ("view_source", 404)])
def test_they_are_for_who_may_see_imports(
    codename: str, status: int, refused: Import, client: Client
) -> None:
    person = factories.user(is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename=codename))
    client.force_login(person)
    response = client.get(address(refused))
    sent(response)
    assert response.status_code == status
