"""Uploads of files of devices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing_portal.common.uploads import FileInput


class LabelsUpload(forms.Form):
    """A file with names, groups and tags."""

    upload = forms.FileField(
        label=_("File"), max_length=200, widget=FileInput, help_text=_("CSV, plain or gzip.")
    )


class DevicesUpload(LabelsUpload):
    """A file with all that can be said of devices."""

    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Since when a row holds that does not say it itself: 00:00 UTC of this day."),
    )
    dry_run = forms.BooleanField(
        label=_("Dry run"), required=False, help_text=_("Only say what would be done.")
    )
