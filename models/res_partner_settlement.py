from odoo import fields, models


class ResPartner(models.Model):
    """When a dealer is billed and pays (R-PAY-09)."""

    _inherit = "res.partner"

    aftersales_settlement_cycle = fields.Selection(
        [
            ("order", "Each order"),
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
        ],
        string="Settled",
        company_dependent=True,
        groups="aftersales.group_aftersales_user",
        help="Monthly, quarterly: orders that were delivered on account are invoiced "
        "together at the end of the cycle and reconciled on one sheet.",
    )
    aftersales_payment_rule = fields.Selection(
        [
            ("prepaid", "In advance"),
            ("handover", "At handover"),
            ("account", "On account"),
        ],
        string="Pays",
        company_dependent=True,
        groups="aftersales.group_aftersales_user",
        help="Empty: on account when he is settled monthly or quarterly, else as the "
        "policy of his ticket says.",
    )
    aftersales_batch_ids = fields.One2many(
        "aftersales.settlement.batch", "partner_id", string="Settlement Sheets"
    )

    def action_aftersales_view_batches(self):
        """Open the settlement sheets of this dealer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.settlement_batch_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        return action
