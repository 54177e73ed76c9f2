from odoo import fields, models


class AftersalesTicketConsent(models.TransientModel):
    """Record a consent that was not given by signature in the portal.

    Two kinds: to the repair as explained (R-DIAG-14, R-SIGN-05), and to the terms of
    self-assembly (R-DIAG-04).
    """

    _name = "aftersales.ticket.consent"
    _description = "Customer's Consent"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    kind = fields.Selection(
        [("repair", "Repair"), ("assembly", "Self-assembly")],
        required=True,
        default="repair",
    )
    name = fields.Char("Given by", required=True, help="Who said yes.")
    how = fields.Selection(
        [
            ("phone", "By phone"),
            ("in_person", "In person"),
            ("signature", "Signed on paper"),
        ],
        required=True,
        default="phone",
    )
    given_at = fields.Datetime(required=True, default=fields.Datetime.now)

    def action_confirm(self):
        """Record the consent on the ticket.

        :raises UserError: when an order still waits for its payer's signature.
        """
        self.ensure_one()
        ticket = self.ticket_id
        if self.kind == "assembly":
            ticket.action_accept_disclaimer(self.name)
        else:
            ticket._check_role("advisor")
            ticket._approve(self.name, self.how, self.given_at)
        return {"type": "ir.actions.act_window_close"}
