from odoo import fields, models


class AftersalesServiceBom(models.Model):
    _name = "aftersales.service.bom"
    _description = "Service Parts List"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    model_id = fields.Many2one(
        "fleet.vehicle.model", index="btree_not_null", ondelete="restrict"
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Vehicle Product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('aftersales_is_vehicle', '=', True)]",
    )
    line_ids = fields.One2many("aftersales.service.bom.line", "bom_id", copy=True)

    _target_required = models.Constraint(
        "CHECK (model_id IS NOT NULL OR product_tmpl_id IS NOT NULL)",
        "A service parts list belongs to a vehicle model or to a vehicle product.",
    )
    _target_uniq = models.UniqueIndex(
        "(company_id, COALESCE(model_id, 0), COALESCE(product_tmpl_id, 0)) "
        "WHERE active",
        "There is already a service parts list for this model or product. "
        "Add the parts there.",
    )

    def _get_priced_parts(self):
        """Return the parts that make up one product, as a price run prices them.

        :return: dict of product -> (quantity, counted in the sum or not)
        """
        self.ensure_one()
        parts = {}
        for line in self.line_ids:
            parts[line.product_id] = (line.quantity, True)
        return parts
