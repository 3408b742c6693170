import io

import pytest
from django.core.management import CommandError, call_command

from billing_portal.common.clock import now
from invoices.exports import annexes
from invoices.services.documents import render
from tests.invoices.bills import shop
from tests.invoices.verification import planting

PROVED = """seal: 2 of 2 bills proved
inputs: 2 of 2 bills proved
recomputation: 2 of 2 bills proved
"""


def verify(*arguments: str) -> tuple[str, str]:
    """What the command prints, and what it complains of."""
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("verify_bills", *arguments, stdout=output, stderr=errors)
    except CommandError as error:
        errors.write(str(error))
    return output.getvalue(), errors.getvalue()


def test_an_untouched_world_is_proved_three_times() -> None:
    planting.two_closed_months()
    output, errors = verify()
    assert output.startswith(PROVED)
    assert errors == ""


def test_the_failing_proof_is_counted_and_its_place_named() -> None:
    planting.two_closed_months()
    planting.alter(planting.october(), net=1)
    output, errors = verify()
    assert "seal: 1 of 2 bills proved\ninputs: 2 of 2 bills proved\n" in output
    assert errors.startswith("seal: ACME japan 2026-10: the bill or one of its sums was altered")
    assert errors.endswith("Not every closed bill and document could be proved.")


def test_one_month_alone_can_be_proved() -> None:
    planting.two_closed_months()
    planting.alter(planting.october(), net=1)
    output, errors = verify("2026-11")
    assert "seal: 1 of 1 bills proved" in output
    assert errors == ""


def test_one_changed_byte_of_a_pdf_is_found() -> None:
    shop.customer("ACME")
    shop.end_month()
    annexes.make(invoice_id=planting.invoice().pk, now=now())
    file = render(invoice_id=planting.invoice().pk, now=now())
    planting.rewrite(file.stored_as, lambda content: content[:-1] + bytes([content[-1] ^ 1]))
    _output, errors = verify()
    assert errors.startswith(f"seal: STM-000001: The PDF {file.stored_as} is not the one")


@pytest.mark.parametrize("month", ["2026-13", "October"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    assert month in verify(month)[1]
