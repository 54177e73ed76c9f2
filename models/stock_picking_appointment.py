from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    aftersales_appointment_id = fields.Many2one(
        "aftersales.appointment",
        string="Appointment",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
        copy=False,
    )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _trigger_assign(self):
        # What comes off the shelf for a ticket is the ticket's: nobody who waits for
        # such a part gets it in between.
        if self.env.context.get("aftersales_keep_for_ticket"):
            return None
        return super()._trigger_assign()
