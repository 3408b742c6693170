"""Fields of the forms about devices."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from usage.models import DeviceOption, DeviceOwner, Plan

if TYPE_CHECKING:
    _PlanField = forms.ModelChoiceField[Plan]
else:
    _PlanField = forms.ModelChoiceField

# The services lock the month before and go on to the month after.
YEARS = range(1971, 9998)

one_word = RegexValidator(r"^[^\s,]+$", _("Write one word, without blanks and commas."))


def like(model: type[models.Model], name: str, **changes: Any) -> forms.Field:
    """The form field of a column."""
    column: Any = model._meta.get_field(name)
    field: forms.Field = column.formfield(**changes)
    return field


class TagsField(forms.CharField):
    """Tags as lines `name=value`; gives a dictionary."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}={text}" for name, text in value.items())
        return value

    def clean(self, value: Any) -> dict[str, str]:
        tags: dict[str, str] = {}
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            name, equals, text = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not name or not equals:
                raise forms.ValidationError(gettext("Line %d: write name=value.") % number)
            if name in tags:
                raise forms.ValidationError(
                    gettext("Line %(line)d: %(name)s stands twice.")
                    % {"line": number, "name": name}
                )
            tags[name] = text
        return tags


class OptionsField(forms.CharField):
    """Words parted by commas or blanks; gives each of them once."""

    def clean(self, value: Any) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(super().clean(value).replace(",", " ").split()))
        longest = DeviceOption._meta.get_field("option").max_length or 0
        for word in words:
            if len(word) > longest:
                raise forms.ValidationError(
                    gettext("%(word)s is longer than %(longest)d characters.")
                    % {"word": word, "longest": longest}
                )
        return words


class PlanField(_PlanField):
    def label_from_instance(self, obj: Plan) -> str:
        return f"{obj.code} ({obj.get_kind_display()}, {obj.get_coverage_display()})"


def account_field() -> forms.Field:
    """An account, found by typing a part of its name or key."""
    column = DeviceOwner._meta.get_field("account")
    widget = AutocompleteSelect(column, admin.site)
    return forms.ModelChoiceField(Account.objects.all(), widget=widget, label=_("Account"))


def tags_field() -> TagsField:
    return TagsField(
        label=_("Tags"), required=False, help_text=_("One on a line, as name=value: site=tokyo")
    )


class SinceField(forms.SplitDateTimeField):
    """An instant, typed in UTC."""

    widget = AdminSplitDateTime

    def clean(self, value: Any) -> Any:
        since = super().clean(value)
        if since is not None and since.year not in YEARS:
            raise forms.ValidationError(
                gettext("Write a year from %(first)d to %(last)d.")
                % {"first": YEARS[0], "last": YEARS[-1]}
            )
        return since
