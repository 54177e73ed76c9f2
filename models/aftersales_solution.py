from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesSolution(models.Model):
    """The library of fault, cause and correction (R-INT-09, R-INT-11, R-TRN-05)."""

    _name = "aftersales.solution"
    _description = "Known Solution"
    _inherit = ["aftersales.copy.mixin", "mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char("Symptom", required=True, translate=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: known to every company."
    )
    fault_code_ids = fields.Many2many("aftersales.fault.code", string="Fault Codes")
    model_ids = fields.Many2many(
        "fleet.vehicle.model", string="Models", help="Empty: any model."
    )
    cause = fields.Text(translate=True)
    correction = fields.Html(translate=True)
    is_self_help = fields.Boolean(
        string="Self-help",
        help="A remedy that owners can try themselves before they report.",
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Learnt from",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )

    def action_send(self):
        """Open a message to the customer of the ticket in the context, with this
        remedy in it, so that he can be helped at once (R-INT-11).

        :return: the action that opens the message
        :raises UserError: without a ticket, its customer, or a remedy to send
        """
        self.ensure_one()
        self.check_access("read")
        ticket = self.env["aftersales.ticket"].browse(
            self.env.context.get("aftersales_ticket_id")
        )
        partner = ticket.contact_id or ticket.partner_id
        if not partner or not self.correction:
            raise UserError(
                self.env._(
                    "Solution %(solution)s: open it from the ticket of a customer, and "
                    "write down the correction that is to be sent.",
                    solution=self.name,
                )
            )
        ticket.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Solution"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": ticket._name,
                "default_res_ids": ticket.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": partner.ids,
                "default_subject": f"{ticket.name}: {self.name}",
                "default_body": self.correction,
            },
        }
