"""What staff type for one service: read here, judged there."""

from typing import Any, Protocol

from django import forms


class Refusal(Protocol):
    """What a service raises; `field` names what to change, where it is one."""

    field: str


class ActForm(forms.Form):
    """One act of the staff. What the service refuses stands beside the field to be mended."""

    def refuse(self, refusal: Refusal) -> None:
        name = refusal.field if refusal.field in self.fields else None
        self.add_error(name, str(refusal))

    def values(self, *names: str) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}
