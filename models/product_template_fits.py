from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def action_aftersales_fits(self):
        """Show which vehicles and modules this part is in (R-VEH-14)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.service_bom_row_action"
        )
        action["domain"] = [("product_id", "in", self.product_variant_ids.ids)]
        action["context"] = {"search_default_group_bom": 1}
        return action
