from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    aftersales_appointment_location_id = fields.Many2one(
        "stock.location",
        string="Appointment Shelf",
        check_company=True,
        copy=False,
        domain=[("usage", "=", "internal")],
        help="Parts kept for appointments: on hand, and out of reach of other slips "
        "(R-APPT-09).",
    )

    def _get_aftersales_appointment_location(self):
        """Return the warehouse's appointment shelf, made when it is missing."""
        self.ensure_one()
        # sudo: a master record the transfers need; who asks has no right to create it
        warehouse = self.sudo()
        if not warehouse.aftersales_appointment_location_id:
            warehouse.aftersales_appointment_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": "Appointment Shelf",
                        "usage": "internal",
                        "company_id": warehouse.company_id.id,
                        # Beside the stock, not in it: still on hand, but no slip that
                        # takes from the stock finds it.
                        "location_id": warehouse.view_location_id.id,
                    }
                )
            )
        return warehouse.aftersales_appointment_location_id
