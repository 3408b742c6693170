"""Where an account sits and who speaks for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.Model):
    """Fields of the Billing API's `ReportAccountContactInfo`, by its names. "" is not known.

    Reports keep them as they were. Documents are addressed by the invoice details instead.
    """

    contact = models.CharField(_("contact person"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone_number = models.CharField(_("phone number"), max_length=50, blank=True)
    address_line1 = models.CharField(_("address"), max_length=200, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state or prefecture"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)

    class Meta:
        abstract = True


CONTACT_FIELDS = tuple(field.name for field in Contact._meta.fields)
