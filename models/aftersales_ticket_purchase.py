from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """During the service: is the customer thinking of another vehicle? (R-INT-16)"""

    _inherit = "aftersales.ticket"

    purchase_intent = fields.Text(
        copy=False, help="What the customer says about buying another vehicle."
    )
    purchase_intent_by_id = fields.Many2one(
        "res.users", string="Told by", readonly=True, copy=False
    )
    purchase_intent_at = fields.Datetime("Told on", readonly=True, copy=False)
    purchase_intent_id = fields.Many2one(
        "aftersales.purchase.intent",
        string="With sales",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def write(self, vals):
        if not vals.get("purchase_intent"):
            return super().write(vals)
        # Who heard it first stays its provider: a later hand only adds to the words.
        heard = self.filtered("purchase_intent")
        stamps = {
            "purchase_intent_by_id": self.env.uid,
            "purchase_intent_at": fields.Datetime.now(),
        }
        super(AftersalesTicket, heard).write(vals)
        return super(AftersalesTicket, self - heard).write({**vals, **stamps})

    def action_pass_to_sales(self):
        """Tell the customer's salesperson that he may buy (R-INT-16).

        Makes a record of its own, with the name of who told it.

        :raises UserError: when nothing is written, nobody sells to this customer, or
            sales have been told.
        """
        self.check_access("write")
        for ticket in self:
            if not ticket.purchase_intent or not ticket.partner_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: enter the customer, and what he says about "
                        "buying another vehicle.",
                        ticket=ticket.name,
                    )
                )
            if ticket.purchase_intent_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: sales have been told already.",
                        ticket=ticket.name,
                    )
                )
        # sudo: any role that may write the ticket passes it on in the name of who
        # heard it; the link is not editable
        for ticket in self.sudo():
            intent = self.env["aftersales.purchase.intent"].sudo()
            intent = intent.create(ticket._prepare_purchase_intent_vals())
            intent.action_pass()
            ticket.purchase_intent_id = intent

    def _prepare_purchase_intent_vals(self):
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "ticket_id": self.id,
            "partner_id": self.partner_id.id,
            "vehicle_id": self.vehicle_id.id,
            "description": self.purchase_intent,
            "provider_id": self.purchase_intent_by_id.id or self.env.uid,
            "told_at": self.purchase_intent_at or fields.Datetime.now(),
        }
