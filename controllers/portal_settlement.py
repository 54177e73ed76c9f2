from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request, route

from .portal import AftersalesPortal


class AftersalesPortalSettlement(AftersalesPortal):
    """The customer's copy of his documents, and the public prices."""

    @route(["/my/tickets/<int:ticket_id>/copy"], type="http", auth="user", website=True)
    def portal_my_ticket_copy(self, ticket_id, **kwargs):
        """Send all documents of a ticket as one PDF (R-SETT-12).

        Only to its customer himself, or to who may read the ticket in the office: the
        link of a ticket does not give invoices away.
        """
        try:
            ticket = self._document_check_access("aftersales.ticket", ticket_id)
            if request.env.user._is_internal():
                request.env["aftersales.ticket"].browse(ticket_id)._check_role(
                    "advisor", "finance"
                )
            elif not self._aftersales_is_payer(ticket):
                return request.redirect(f"/my/tickets/{ticket_id}")
            content = ticket._render_customer_copy()
        except (AccessError, MissingError):
            return request.redirect("/my")
        except UserError:
            return request.redirect(f"/my/tickets/{ticket_id}")
        name = request.env._("Documents %(ticket)s.pdf", ticket=ticket.name)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    def _aftersales_is_payer(self, ticket):
        """Whether the visitor belongs to the customer who pays this ticket."""
        return (
            ticket.partner_id.commercial_partner_id
            == request.env.user.partner_id.commercial_partner_id
        )

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        if document._name == "aftersales.ticket":
            user = request.env.user
            allowed = not user._is_public() and self._aftersales_is_payer(document)
            values["ticket_copy_url"] = (
                f"/my/tickets/{document.id}/copy"
                if allowed and document._has_customer_copy()
                else False
            )
        return super()._get_page_view_values(
            document, access_token, values, *args, **kwargs
        )

    @route(
        ["/aftersales/prices"],
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        readonly=True,
    )
    def aftersales_public_prices(self, **kwargs):
        """Show the prices of common parts and work to everybody (R-SETT-18)."""
        # sudo: name and currency of the company whose prices are shown
        company = request.env.company.sudo()
        if not company.aftersales_public_prices:
            raise request.not_found()
        return request.render("aftersales.portal_public_prices", {"company": company})
