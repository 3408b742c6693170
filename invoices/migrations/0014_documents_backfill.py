"""Documents issued before had no coverage, recipient and amount due of their own: their snapshots
and bills tell.
"""

import json

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from billing_portal.common import frozen

CHUNK = 500


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The table is frozen, so its triggers go; the end of every migrate puts them back."""
    invoice = apps.get_model("invoices", "Invoice")
    link = apps.get_model("invoices", "InvoiceBill")
    old = invoice.objects.filter(snapshot__contains='"form":"meisai.invoice/1"')
    if not old.exists():
        return
    frozen.drop(schema_editor.connection)
    coverages = dict(
        link.objects.filter(invoice__in=old).values_list("invoice_id", "bill__coverage")
    )
    rows = []
    for row in old.order_by("pk").iterator(chunk_size=CHUNK):
        snapshot = json.loads(row.snapshot)
        row.coverage = coverages.get(row.pk, "")
        row.counterparty = snapshot["recipient"]["company"]
        row.due_minor = snapshot["amount_due_minor"]
        rows.append(row)
        if len(rows) == CHUNK:
            write(invoice, rows)
            rows = []
    write(invoice, rows)


def write(invoice, rows):  # type: ignore[no-untyped-def]
    invoice.objects.bulk_update(rows, ["coverage", "counterparty", "due_minor"])


class Migration(migrations.Migration):
    dependencies = [("invoices", "0013_exchange_rate_positive")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
