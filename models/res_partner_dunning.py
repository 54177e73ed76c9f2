from odoo import fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Customers who are left alone, and those who get nothing more on credit."""

    _inherit = "res.partner"

    aftersales_no_dunning = fields.Boolean(
        "No Dunning Letters",
        company_dependent=True,
        groups="aftersales.group_aftersales_user",
        help="Never reminded of what he owes after-sales, such as a maker who settles "
        "by his own rules.",
    )

    def action_aftersales_view_dunning(self):
        """Open the dunning letters to this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.dunning_letter_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        return action

    def _aftersales_check_credit(self, company, what):
        """Refuse new credit to who does not pay what he has had on credit.

        The manager alone may still give it.

        :param what: words for the document that would leave unpaid
        :raises UserError: naming the invoice
        """
        self.ensure_one()
        if self.env.user.has_group("aftersales.group_aftersales_manager"):
            return
        # sudo: whether an invoice is open, whoever vouches; its number is shown
        invoice = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("commercial_partner_id", "=", self.commercial_partner_id.id),
                    ("aftersales_dunning_level_id.block_credit", "=", True),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("aftersales_disputed", "=", False),
                ],
                order="invoice_date_due, id",
                limit=1,
            )
        )
        if invoice:
            raise UserError(
                self.env._(
                    "%(what)s: nothing leaves on credit for %(customer)s, who was "
                    "asked for the money of %(invoice)s in vain (%(level)s). Collect "
                    "it first, or ask the manager.",
                    what=what,
                    customer=self.commercial_partner_id.name,
                    invoice=invoice.name,
                    level=invoice.aftersales_dunning_level_id.name,
                )
            )
