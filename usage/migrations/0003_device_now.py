from django.db import migrations, models

KINDS = [
    ("subscriber", "SIM"),
    ("vpg", "VPG"),
    ("lora_gateway", "LoRa gateway"),
    ("lora_device", "LoRa device"),
    ("sigfox", "Sigfox device"),
    ("inventory_device", "Inventory device"),
    ("gadget", "Gadget"),
    ("camera", "Camera"),
    ("thing", "Thing"),
]
COVERAGES = [("japan", "Japan"), ("global", "Global")]


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0002_front"),
    ]

    operations = [
        migrations.AddField(
            model_name="devicenow",
            name="key",
            field=models.CharField(default="", max_length=128, verbose_name="id"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="devicenow",
            name="kind",
            field=models.CharField(choices=KINDS, default="", max_length=16, verbose_name="kind"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="devicenow",
            name="coverage",
            field=models.CharField(
                choices=COVERAGES, default="", max_length=8, verbose_name="coverage"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="devicenow",
            name="name",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="name"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="devicenow",
            name="search",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="devicenow",
            index=models.Index(fields=["key"], name="device_now_key"),
        ),
        migrations.AddIndex(
            model_name="devicenow",
            index=models.Index(fields=["account", "key"], name="device_now_account_key"),
        ),
    ]
