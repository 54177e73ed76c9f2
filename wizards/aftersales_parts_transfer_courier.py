from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesPartsTransfer(models.TransientModel):
    """Parts that go back by courier, from the road (R-PART-12)."""

    _inherit = "aftersales.parts.transfer"

    by_courier = fields.Boolean(
        "Sent by courier", help="The parcel is on its way; the store waits for it."
    )
    carrier_id = fields.Many2one("res.partner", string="Courier")
    tracking_ref = fields.Char("Tracking number")
    freight = fields.Selection(
        [("prepaid", "Paid by the sender"), ("collect", "Freight collect")],
        default="collect",
    )
    freight_amount = fields.Float("Freight paid")

    def _after_slips(self, slips):
        result = super()._after_slips(slips)
        if not self.by_courier or self.kind == "loan":
            return result
        if not self.carrier_id or not (self.tracking_ref or "").strip():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter the courier and the tracking number of "
                    "what you send back.",
                    ticket=self.ticket_id.name,
                )
            )
        shipment = self.env["aftersales.part.shipment"].create(
            {
                "ticket_id": self.ticket_id.id,
                "company_id": self.ticket_id.company_id.id,
                "direction": "in",
                "partner_id": self.ticket_id.partner_id.id,
                "carrier_id": self.carrier_id.id,
                "tracking_ref": self.tracking_ref,
                "freight": self.freight,
                "freight_amount": self.freight_amount
                if self.freight == "prepaid"
                else 0.0,
            }
        )
        slips.aftersales_shipment_id = shipment
        shipment.action_send()
        return result
