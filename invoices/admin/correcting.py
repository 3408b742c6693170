"""Staff correct an issued document: by a return invoice, or by one that takes its place."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from billing_portal.common import clock
from billing_portal.common.money import Currency
from billing_portal.common.staff import once, page_of, person
from invoices.admin.archive import Archive
from invoices.forms.corrections import ReasonForm, ReturnForm
from invoices.models import Invoice
from invoices.services import documents
from invoices.services.documents import CorrectionRefused, ReturnWish


class Correcting(Archive):
    """Adds the two pages. Both need the right to add documents."""

    change_form_template = "admin/invoices/invoice/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        pages = (("return", self.return_view), ("modify", self.modify_view))
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(view),
                    name=f"invoices_invoice_{name}",
                )
                for name, view in pages
            ),
            *super().get_urls(),
        ]

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give back all or part of a document."""
        invoice = self._document(request, pk)
        standing = documents.standing_of(invoice=invoice)
        left = {group: net for group, (net, _tax, gross) in standing.left.items() if gross > 0}
        form = ReturnForm(request.POST or None, left=left, currency=Currency(invoice.currency))
        if form.is_valid():
            if once.is_repeated(request):
                return once.back(request, page_of("invoices_invoice_change", pk))
            wish = ReturnWish(
                invoice_id=pk, amounts=form.amounts(), reason=form.cleaned_data["reason"]
            )
            try:
                made = documents.give_back(wish=wish, actor=person(request), now=clock.now())
            except CorrectionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._done(request, made)
        title = _("Return %(label)s") % {"label": invoice.label}
        return self._page(request, form, title, _("Issue the return invoice"))

    def modify_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Replace a document by one to the recipient as the invoice details are now."""
        invoice = self._document(request, pk)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            if once.is_repeated(request):
                return once.back(request, page_of("invoices_invoice_change", pk))
            try:
                made = documents.modify(
                    invoice_id=pk,
                    reason=form.cleaned_data["reason"],
                    actor=person(request),
                    now=clock.now(),
                )
            except CorrectionRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._done(request, made)
        title = _("Replace %(label)s, addressed as the invoice details are now")
        return self._page(
            request, form, title % {"label": invoice.label}, _("Issue the modified invoice")
        )

    def _document(self, request: HttpRequest, pk: int) -> Invoice:
        if not request.user.has_perm("invoices.add_invoice"):
            raise PermissionDenied
        return get_object_or_404(Invoice.objects.select_related("corrects"), pk=pk)

    def _done(self, request: HttpRequest, made: Invoice) -> HttpResponse:
        text = _("%(label)s is issued. Its PDF is being made.") % {"label": made.label}
        self.message_user(request, text, messages.SUCCESS)
        return redirect(page_of("invoices_invoice_change", made.pk))

    def _page(self, request: HttpRequest, form: Form, title: str, does: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": title,
            "form": form,
            "does": does,
            "once": once.token(),
        }
        return render(request, "admin/invoices/invoice/correct.html", context)
