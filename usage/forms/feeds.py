"""Uploads of usage files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from billing_portal.common.uploads import FileInput
from usage.choices import FileFormat
from usage.models import FeedProfile

FORMATS = [choice for choice in FileFormat.choices if choice[0] != FileFormat.PROFILE]


class ManyFiles(FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or many; the value is a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Prove each file by itself."""
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    """Which files, and what they are: by a profile, or by source and format."""

    uploads = FilesField(label=_("Files"), max_length=200)
    profile = forms.ModelChoiceField(
        FeedProfile.objects,
        label=_("Feed profile"),
        required=False,
        help_text=_("It says source and format: leave out the fields below."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=64,
        help_text=_("Name of the feed. Event ids are unique within it."),
    )
    format = forms.ChoiceField(label=_("Format"), required=False, choices=FORMATS)
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        validators=[RegexValidator(r"^[A-Za-z]{2}\Z", _("Write two letters, such as us."))],
        help_text=_("Of global devices in air-csv, whose files do not name it."),
    )

    def clean(self) -> dict[str, Any]:
        """Either a profile, or a source."""
        given = super().clean() or {}
        if bool(given.get("profile")) == bool(given.get("source")):
            text = _("Choose a feed profile, or write a source, but not both.")
            raise forms.ValidationError(text)
        return given
