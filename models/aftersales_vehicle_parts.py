from odoo import models
from odoo.fields import Domain


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    def _get_service_parts(self):
        """Return the lines of the service parts lists that fit this vehicle, by its
        product or by its model (R-VEH-14)."""
        self.ensure_one()
        targets = Domain.FALSE
        if self.product_id:
            targets |= Domain(
                "bom_id.product_tmpl_id", "=", self.product_id.product_tmpl_id.id
            )
        if self.model_id:
            targets |= Domain("bom_id.model_id", "=", self.model_id.id)
        return self.env["aftersales.service.bom.line"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("bom_id.active", "=", True)
            & targets
        )
