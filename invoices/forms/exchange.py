"""A file of exchange rates that staff upload."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from invoices.services.catalog import LoadReport, load_catalog

LARGEST = 2_000_000
"""Bytes: some forty thousand rates."""


class RatesForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv"}))

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise ValidationError(_("The file is larger than 2 MB. Divide it."))
        return file

    def save(self, *, actor: str, now: datetime) -> LoadReport:
        """Load it as a file of the catalogue. Raises CatalogRefused."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "exchange_rates.csv"
            path.write_bytes(self.cleaned_data["file"].read())
            return load_catalog(path=path, actor=actor, now=now)
