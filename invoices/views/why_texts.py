"""What each rule says in one sentence, and what the facts of explanations are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

RULES: dict[str, str | Promise] = {
    "sum": gettext_lazy("What the meters count, by device, day and variant."),
    "days_in_status": gettext_lazy(
        "One for each UTC day at whose end the device has one of the statuses of the item."
    ),
    "days_with_option": gettext_lazy(
        "One for each UTC day at whose end the option is on, unless the device is terminated."
    ),
    "months_in_status": gettext_lazy(
        "A month counts as a whole once the device was in one of the statuses at any instant of it."
    ),
    "years_in_status": gettext_lazy(
        "One on the day after which another full year in these statuses has passed."
    ),
    "transition": gettext_lazy(
        "One for each change of status, on the UTC day on which it happens."
    ),
    "once_created": gettext_lazy("One on the day of the first status of the device."),
    "hours_running": gettext_lazy("UTC clock hours in which it ran at all, by day."),
    "any_in_month": gettext_lazy("One whole month for anything used or switched on in it."),
    "first_unit": gettext_lazy("One whole month for the device that was registered first."),
    "additional_unit": gettext_lazy(
        "One whole month for each device but the one that was registered first."
    ),
    "packs": gettext_lazy("The greatest number held on any day of the month."),
    "above_allowance": gettext_lazy("Only what is above the allowance is charged."),
    "peak_active": gettext_lazy(
        "The greatest number of devices of the plan that were active at the same time."
    ),
    "distinct_active": gettext_lazy(
        "The different devices of the plan that were active at any instant of the month."
    ),
    "contract_units": gettext_lazy("The units of all contracts that hold in the month."),
    "rounded_up": gettext_lazy("What is missing to the next billing unit, over the whole month."),
    "free_tier": gettext_lazy(
        "The free quantity of the month, taken from the dearest price first. It is never more than"
        " was used."
    ),
    "volume_discount": gettext_lazy("What is above a border costs less."),
    "coupon": gettext_lazy(
        "Coupons pay what is charged by the items that they are for: item coupons first, then by"
        " expiry. The highest tax rate is paid first."
    ),
    "long_term_discount": gettext_lazy(
        "On each day the contracts take back the charge for up to as many SIMs as they have units."
    ),
}

HEADS: dict[str, str | Promise] = {
    "amount": gettext_lazy("Amount"),
    "at": gettext_lazy("At (UTC)"),
    "balance": gettext_lazy("Balance"),
    "changes": gettext_lazy("Changes of status"),
    "charges": gettext_lazy("Charges by price"),
    "code": gettext_lazy("Code"),
    "contracts": gettext_lazy("Contracts"),
    "coupons": gettext_lazy("Coupons up to this one"),
    "created": gettext_lazy("First status"),
    "date": gettext_lazy("Date (UTC)"),
    "days": gettext_lazy("Days"),
    "dearer": gettext_lazy("Dearer ones before"),
    "device": gettext_lazy("Device"),
    "devices": gettext_lazy("Devices"),
    "enabled": gettext_lazy("On"),
    "end": gettext_lazy("Until (UTC)"),
    "entered": gettext_lazy("Status after"),
    "expires": gettext_lazy("Expires"),
    "first_day": gettext_lazy("From"),
    "item": gettext_lazy("Item"),
    "last_day": gettext_lazy("To"),
    "left": gettext_lazy("Status before"),
    "meter": gettext_lazy("Meter"),
    "name": gettext_lazy("Item"),
    "oldest": gettext_lazy("Registered first"),
    "option": gettext_lazy("Option"),
    "pays": gettext_lazy("Pays"),
    "plan": gettext_lazy("Plan"),
    "purchased": gettext_lazy("Bought"),
    "quantity": gettext_lazy("Quantity"),
    "registered": gettext_lazy("Registered (UTC)"),
    "running": gettext_lazy("Running times of the day"),
    "since": gettext_lazy("Since (UTC)"),
    "spells": gettext_lazy("Times in these statuses"),
    "start": gettext_lazy("From (UTC)"),
    "status": gettext_lazy("Status"),
    "stay": gettext_lazy("Time in these statuses"),
    "switched_on": gettext_lazy("Times with the option on"),
    "tax_category": gettext_lazy("Tax category"),
    "tax_date": gettext_lazy("Tax date"),
    "together": gettext_lazy("Counted together"),
    "unit_price": gettext_lazy("Unit price"),
    "units": gettext_lazy("Units"),
    "until": gettext_lazy("Until (UTC)"),
    "usage": gettext_lazy("Usage"),
    "used": gettext_lazy("Used"),
    "variant": gettext_lazy("Variant"),
}
