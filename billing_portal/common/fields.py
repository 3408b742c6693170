"""Model fields for exact amounts and months."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import PLACES, WHOLE_DIGITS, NotExact, exact, plain
from billing_portal.common.periods import BadMonth, Month

# Written by the type checker's plug-in: what may be assigned to a field and what is read from it.
_Set_contra = TypeVar("_Set_contra", contravariant=True)
_Get_co = TypeVar("_Get_co", covariant=True)

if TYPE_CHECKING:

    class _DecimalField(models.DecimalField[_Set_contra, _Get_co]):
        _pyi_private_set_type: str | int | Decimal
        _pyi_private_get_type: Decimal

    class _MonthBase(models.Field[_Set_contra, _Get_co]):
        _pyi_private_set_type: str | Month
        _pyi_private_get_type: Month

    _BoolLookup = Lookup[bool]
else:
    _BoolLookup = Lookup

    class _Subscriptable:
        def __class_getitem__(cls, item: object) -> type:
            return cls

    class _DecimalField(_Subscriptable, models.DecimalField):
        pass

    class _MonthBase(_Subscriptable, models.Field):
        pass


class ExactFormField(forms.DecimalField):
    """A decimal as text: the browser's number input counts in doubles."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) and value.is_finite() else value


class ExactField(_DecimalField[_Set_contra, _Get_co]):
    """An exact decimal: `numeric(38, 24)` on PostgreSQL, text on SQLite, whose decimals are floats.

    Give `max_digits` and `decimal_places` for another size, 0 places for a large whole quantity.

    Only `exact`, `in`, `isnull` and `negative` can be asked of it: order, comparison and sums would
    be wrong on SQLite. Values come back without trailing zeros. A float, or what the size cannot
    hold, is a ValidationError when it is saved.
    """

    LOOKUPS = frozenset({"exact", "in", "isnull", "negative"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", WHOLE_DIGITS + PLACES)
        kwargs.setdefault("decimal_places", PLACES)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        # Keeps Django's float converter for decimals away, and bulk inserts by UNNEST possible.
        return "TextField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "sqlite":
            return "text"
        return f"numeric({self.max_digits}, {self.decimal_places})"

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        return super().get_lookup(lookup_name) if lookup_name in self.LOOKUPS else None

    def to_python(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            whole_digits = self.max_digits - self.decimal_places
            return exact(value, whole_digits=whole_digits, places=self.decimal_places)
        except NotExact as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        value = models.Field.get_prep_value(self, value)
        return value if hasattr(value, "as_sql") else self.to_python(value)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if not prepared:
            value = self.get_prep_value(value)
        if value is None or hasattr(value, "as_sql") or connection.vendor != "sqlite":
            return value
        return plain(value)

    def from_db_value(self, value: Any, *_args: object) -> Decimal | None:
        if isinstance(value, float):
            raise NotExact(f"{self.name} was computed by SQLite as a float: fold it in Python.")
        return None if value is None else Decimal(plain(Decimal(value)))

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": ExactFormField, **kwargs})


@ExactField.register_lookup
class Negative(_BoolLookup):
    """`price__negative=False`: the sign, the one order that both databases can tell."""

    lookup_name = "negative"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        column, params = self.process_lhs(compiler, connection)
        sql = f"{column} LIKE '-%%'" if connection.vendor == "sqlite" else f"{column} < 0"
        return (f"({sql})" if self.rhs else f"NOT ({sql})"), params


def _month(value: Any, failure: Callable[[str], Exception]) -> Month | None:
    if value is None or isinstance(value, Month):
        return value
    try:
        return Month.parse(str(value))
    except BadMonth as error:
        raise failure(str(error)) from error


class MonthInput(forms.TextInput):
    input_type = "month"


class MonthFormField(forms.Field):
    widget = MonthInput
    default_error_messages = {"invalid": _("Write the month as YYYY-MM, such as 2026-10.")}

    def to_python(self, value: Any) -> Month | None:
        if value in self.empty_values:
            return None
        return _month(value, lambda _text: self._invalid())

    def _invalid(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid"], code="invalid")


class MonthField(_MonthBase[_Set_contra, _Get_co]):
    """A `Month`, stored as text "YYYY-MM", whose order is the order of months."""

    description = _("Month (YYYY-MM)")
    LOOKUPS = frozenset({"exact", "in", "isnull", "lt", "lte", "gt", "gte", "range"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = len("YYYY-MM")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        return super().get_lookup(lookup_name) if lookup_name in self.LOOKUPS else None

    def to_python(self, value: Any) -> Any:
        return _month(value, lambda text: ValidationError(text, code="invalid"))

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "as_sql"):
            return value
        return self.to_python(value).iso

    def from_db_value(self, value: str | None, *_args: object) -> Month | None:
        return None if value is None else Month.parse(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(*args, **{"form_class": MonthFormField, **kwargs})
