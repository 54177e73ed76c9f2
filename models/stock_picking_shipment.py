from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_shipment_id = fields.Many2one(
        "aftersales.part.shipment",
        string="Shipment",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        readonly=True,
        copy=False,
    )

    def action_aftersales_ship(self):
        """Open a shipment for the parts of these slips (R-PART-13).

        One for slips of the same ticket; a slip that is on one already shows it.

        :raises UserError: for slips of several tickets, or without a ticket
        """
        self._aftersales_check_role("logistics", "parts_keeper", "advisor")
        shipment = self.aftersales_shipment_id[:1]
        if not shipment:
            ticket = self.aftersales_ticket_id
            if len(ticket) != 1:
                raise UserError(
                    self.env._("Choose slips of one ticket to send them together.")
                )
            back = {"return", "loan_return", "old_part"}
            shipment = self.env["aftersales.part.shipment"].create(
                {
                    "ticket_id": ticket.id,
                    "company_id": ticket.company_id.id,
                    "direction": "in"
                    if back & set(self.mapped("aftersales_kind"))
                    else "out",
                    "partner_id": ticket.partner_id.id,
                }
            )
            # sudo: slips are written by their steps only; the role is checked above
            self.sudo().aftersales_shipment_id = shipment
        return {
            "type": "ir.actions.act_window",
            "res_model": shipment._name,
            "res_id": shipment.id,
            "view_mode": "form",
        }

    def _aftersales_process(self, entries):
        result = super()._aftersales_process(entries)
        shipment = self.aftersales_shipment_id
        if shipment.state == "sent" and shipment.direction == "in":
            # sudo: the keeper has counted what was in the parcel: it has arrived
            shipment.sudo()._receive()
        return result
