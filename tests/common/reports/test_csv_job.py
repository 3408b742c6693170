"""A long CSV is made by a worker, in the language and with the rights of who asked for it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils.functional import lazy
from django.utils.translation import get_language
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Account, Job, Membership, User
from accounts.services import jobs as services
from accounts.tasks import jobs
from accounts.views.visit import VIEWING
from billing_portal.common import files
from billing_portal.common.reports import files as report_files
from billing_portal.common.reports.report import REPORTS
from tests.common.reports.acts import ACTS, STREAMED, acts
from tests.common.reports.reading import column, lines

pytestmark = pytest.mark.django_db
QUERY = "?account=AGG&q=thing&sort=subject"


@pytest.fixture(autouse=True)
def _many(agg: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_files, "CHUNK", 20)
    acts(agg, STREAMED + 5)


def _order(client: Client) -> Job:
    response = client.post(f"/acts/{QUERY}&format=csv")
    job = Job.objects.latest("pk")
    assertRedirects(response, f"/jobs/{job.pk}/")
    return job


def _made(job: Job) -> Job:
    jobs.make(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_a_long_list_offers_to_make_its_csv(clerk: Client) -> None:
    assertContains(clerk.get("/acts/"), "Make CSV")
    assertContains(clerk.get("/acts/?format=csv"), "made in the background")
    assert not Job.objects.exists()


def test_the_job_writes_the_rows_of_the_page(clerk: Client) -> None:
    job = _made(_order(clerk))
    assert (job.state, job.file_name) == ("done", "acts_thing.csv")
    body = lines(files.read(job.stored_as))[1:]
    page = clerk.get(f"/acts/{QUERY}&per_page=100")
    assert [line[2] for line in body] == column(page, 2)


def test_its_page_says_what_it_is_and_leads_back(clerk: Client) -> None:
    response = clerk.get(f"/jobs/{_order(clerk).pk}/")
    assertContains(response, "CSV of a list")
    assertContains(response, "Acts")
    assertContains(response, f'href="/acts/{QUERY.replace("&", "&amp;")}"')


def test_progress_is_said_between_the_pieces(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []
    monkeypatch.setattr(services, "report", lambda **fields: said.append(fields["percent"]))
    _made(_order(clerk))
    assert said == [0, 30, 61, 92]


def test_who_lost_access_meanwhile_gets_nothing(clerk: Client, aggregator: User) -> None:
    job = _order(clerk)
    Membership.objects.filter(user=aggregator).delete()
    job = _made(job)
    assert (job.state, job.stored_as) == ("failed", "")
    assert "no longer have access" in job.error


def test_who_may_no_longer_sign_in_gets_nothing(clerk: Client, aggregator: User) -> None:
    job = _order(clerk)
    User.objects.filter(pk=aggregator.pk).update(is_active=False)
    assert _made(job).state == "failed"


def test_a_report_of_money_asks_for_the_money(
    clerk: Client, ten: Account, aggregator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REPORTS, "acts", replace(ACTS, reach="money"))
    job = _order(clerk)
    Job.objects.filter(pk=job.pk).update(account=ten)
    assert _made(job).state == "failed"


def test_asking_twice_makes_one_job(clerk: Client) -> None:
    assert _order(clerk) == _order(clerk)


def test_a_wrong_filter_orders_nothing(clerk: Client) -> None:
    response = clerk.post("/acts/?since=yesterday&format=csv")
    assertRedirects(response, "/acts/?since=yesterday")
    assert not Job.objects.exists()


def test_it_is_written_in_the_language_of_who_asked(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _order(clerk)
    Job.objects.filter(pk=job.pk).update(language="ja")
    monkeypatch.setattr(ACTS.table.base_columns["at"], "verbose_name", lazy(get_language, str)())
    head = lines(files.read(_made(job).stored_as))[0]
    assert head[3] == "ja"


def test_staff_who_look_as_the_customer_have_nothing_made(
    client: Client, operator: User, agg: Account, november: None
) -> None:
    client.force_login(operator)
    session = client.session
    session[VIEWING] = agg.pk
    session.save()
    assertContains(client.get("/acts/"), "Only the customer can have the CSV")
    assert client.post("/acts/?format=csv").status_code == 403
    assert not Job.objects.exists()
