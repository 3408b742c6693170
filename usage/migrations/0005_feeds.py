from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("usage", "0004_devices_at_present"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="lease_owner",
            field=models.CharField(blank=True, default="", editable=False, max_length=255),
        ),
        migrations.AddField(
            model_name="import",
            name="lease_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="import",
            name="format",
            field=models.CharField(
                choices=[
                    ("records-csv", "records-csv"),
                    ("ndjson", "ndjson"),
                    ("air-csv", "air-csv"),
                    ("profile", "by a feed profile"),
                ],
                max_length=16,
                verbose_name="format",
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="state",
            field=models.CharField(
                choices=[
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("stopped", "Interrupted"),
                ],
                default="running",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["state"], name="import_running"
            ),
        ),
    ]
