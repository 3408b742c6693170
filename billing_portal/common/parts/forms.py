"""What forms need so that a wrong value stands there as it was typed."""

from django.forms import BaseForm

PICKERS = {"date", "datetime-local", "month", "number", "time"}


def keep_typed(form: BaseForm) -> BaseForm:
    """Let fields with a wrong value be plain text: a browser empties a picker it cannot fill."""
    for name in form.errors:
        if name in form.fields:
            widget = form.fields[name].widget
            for part in [widget, *getattr(widget, "widgets", [])]:
                if getattr(part, "input_type", "") in PICKERS:
                    part.input_type = "text"
    return form
