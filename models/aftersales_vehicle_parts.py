from odoo import models
from odoo.fields import Domain


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    def _get_fitting_domain(self, prefix=""):
        """Return the domain of what fits this vehicle, by its product or its model.

        :param prefix: path to the parts list, as ``"bom_id."``
        """
        self.ensure_one()
        targets = Domain.FALSE
        if self.product_id:
            targets |= Domain(
                f"{prefix}product_tmpl_id", "=", self.product_id.product_tmpl_id.id
            )
        if self.model_id:
            targets |= Domain(f"{prefix}model_id", "=", self.model_id.id)
        return Domain("company_id", "=", self.company_id.id) & targets

    def _get_service_boms(self):
        """Return the service parts lists of this vehicle (R-VEH-14)."""
        return self.env["aftersales.service.bom"].search(self._get_fitting_domain())

    def _get_service_parts(self):
        """Return the lines of the service parts lists that fit this vehicle, by its
        product or by its model (R-VEH-14)."""
        return self.env["aftersales.service.bom.line"].search(
            self._get_fitting_domain("bom_id.") & Domain("bom_id.active", "=", True)
        )

    def _get_fitting_parts(self):
        """Return the exploded lists of this vehicle: also the parts of its modules."""
        self.env.flush_all()
        return self.env["aftersales.service.bom.row"].search(self._get_fitting_domain())

    def action_service_parts(self):
        """Show the parts that fit this vehicle, module by module."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.service_bom_row_action"
        )
        action["domain"] = list(self._get_fitting_domain())
        action["context"] = {}
        return action
