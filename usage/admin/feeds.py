"""Feed profiles, and uploads of usage files."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.choices import Reach
from accounts.models import Job, User
from accounts.services import jobs
from accounts.tasks.jobs import make
from billing_portal.common import clock, files
from billing_portal.common.dispatch import send
from billing_portal.common.staff import KeptAdmin, ReadOnlyAdmin
from billing_portal.common.uploads import limit_in_mib
from usage.forms.feeds import UploadForm
from usage.ingest.feeds.forms import form_of
from usage.ingest.feeds.parsing import parse
from usage.ingest.feeds.profile import Profile
from usage.ingest.feeds.toml import ProfileRefused
from usage.ingest.preview import Seen, preview
from usage.ingest.reading import FileRefused
from usage.models import FeedProfile
from usage.services.imports import JOB, NAME_LENGTH, UPLOADS
from usage.services.records import EventIdsDiffer, compare

if TYPE_CHECKING:
    _ProfileForm = forms.ModelForm[FeedProfile]
else:
    _ProfileForm = forms.ModelForm

ROWS = 20


class ProfileForm(_ProfileForm):
    """A profile that makes sense; with a sample, what it would make of its first rows."""

    sample = forms.FileField(
        label=_("Sample file"),
        required=False,
        help_text=_("A file of the feed, plain or gzip, for “Show the first rows”."),
    )

    class Meta:
        model = FeedProfile
        fields = ("name", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 32, "cols": 100, "spellcheck": "false"})}

    seen: tuple[Seen, ...] = ()
    refused = ""

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        try:
            self.profile = parse(text)
        except ProfileRefused as error:
            raise forms.ValidationError(error.problems) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Show the sample, if that was asked for; then nothing is saved."""
        given = super().clean() or {}
        if "_preview" in self.data and "text" in given:
            sample = given.get("sample")
            if sample is None:
                self.add_error("sample", _("Choose a file of the feed."))
            else:
                self._look(self.profile, sample)
        return given

    def _look(self, profile: Profile, sample: "UploadedFile[Any]") -> None:
        try:
            compare(source=profile.source, rule=profile.rule)
            self.seen = tuple(_preview(profile, sample))
        except (FileRefused, EventIdsDiffer) as error:
            self.refused = str(error)
        self.add_error(None, SHOWN)


SHOWN = forms.ValidationError(_("Nothing is saved yet."), code="preview")


def _preview(profile: Profile, sample: "UploadedFile[Any]") -> list[Seen]:
    with TemporaryDirectory(prefix="meisai-sample-") as folder:
        path = Path(folder) / "sample"
        with path.open("wb") as file:
            file.writelines(sample.chunks())
        return preview(path=path, form=form_of(profile), now=clock.now(), rows=ROWS)


@admin.register(FeedProfile)
class FeedProfileAdmin(KeptAdmin):
    form = ProfileForm
    list_display = ("name",)
    search_fields = ("name", "text")
    fields = ("name", "text", "sample")
    change_form_template = "admin/usage/feedprofile/change_form.html"

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what a sample would be, without calling it an error."""
        form = context["adminform"].form
        if isinstance(form, ProfileForm) and form.has_error("__all__", "preview"):
            form.errors.pop("__all__")
            context |= {"errors": form.errors, "preview": form.seen, "refused": form.refused}
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page


class UploadingAdmin(ReadOnlyAdmin):
    """Imports begin with an upload."""

    change_list_template = "admin/usage/import/change_list.html"

    def may_upload(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("usage.add_import"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"may_upload": self.may_upload(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for files; the work itself is done by the worker."""
        if not self.may_upload(request) or not isinstance(request.user, User):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            job = _order(form.cleaned_data, request.user)
            send(make, job_id=job.pk)
            return redirect("job", job.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload usage files"),
            "opts": self.opts,
            "form": form,
            "media": self.media,
            "limit": limit_in_mib(),
        }
        return render(request, "admin/usage/import/upload.html", context)


def _order(given: dict[str, Any], person: User) -> Job:
    """Keep the files, then ask for the work."""
    profile: FeedProfile | None = given["profile"]
    return jobs.order(
        kind=JOB,
        reach=Reach.STAFF,
        account=None,
        person=person,
        subject={
            "files": [_kept(upload) for upload in given["uploads"]],
            "profile": profile.name if profile else "",
            "text": profile.text if profile else "",
            "source": given["source"],
            "format": given["format"],
            "country": given["country"].lower(),
        },
        now=clock.now(),
    )


def _kept(upload: "UploadedFile[Any]") -> tuple[str, str]:
    """Store an upload without reading it into memory; its name and that of the stored file."""
    name = (upload.name or "")[:NAME_LENGTH]
    with TemporaryDirectory(prefix="meisai-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        return name, files.put_path(UPLOADS, path, suffix=".usage").name
