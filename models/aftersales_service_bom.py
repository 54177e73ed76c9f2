from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesServiceBom(models.Model):
    _name = "aftersales.service.bom"
    _description = "Service Parts List"
    _inherit = ["image.mixin"]
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
    module_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('aftersales_is_part', '=', True)]",
        help="The parts inside an assembly: wherever it is on a parts list, these "
        "are shown below it.",
    )
    line_ids = fields.One2many("aftersales.service.bom.line", "bom_id", copy=True)
    line_count = fields.Integer("Parts", compute="_compute_line_count")

    _target_required = models.Constraint(
        "CHECK (model_id IS NOT NULL OR product_tmpl_id IS NOT NULL"
        " OR module_id IS NOT NULL)",
        "A service parts list belongs to a vehicle model, a vehicle product or a "
        "module.",
    )
    _target_single = models.Constraint(
        "CHECK (module_id IS NULL OR (model_id IS NULL AND product_tmpl_id IS NULL))",
        "The parts list of a module serves every vehicle that has the module.",
    )
    _target_uniq = models.UniqueIndex(
        "(company_id, COALESCE(model_id, 0), COALESCE(product_tmpl_id, 0),"
        " COALESCE(module_id, 0)) WHERE active",
        "There is already a service parts list for this model, product or module. "
        "Add the parts there.",
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["aftersales.service.bom.row"]._read_group(
                [("bom_id", "in", self._origin.ids)], ["bom_id"], ["__count"]
            )
        )
        for bom in self:
            bom.line_count = counts.get(bom._origin, 0)

    @api.constrains("module_id", "line_ids", "active")
    def _check_no_cycle(self):
        """A module does not contain itself, neither through others."""
        for company, boms in self.grouped("company_id").items():
            children = boms._get_modules_of(company)
            for bom in boms.filtered("module_id"):
                seen, waiting = set(), [bom.module_id]
                while waiting:
                    for product in children.get(waiting.pop(), ()):
                        if product == bom.module_id:
                            raise ValidationError(
                                self.env._(
                                    "Parts list %(list)s: module %(module)s would "
                                    "contain itself. Take it, or what contains it, off "
                                    "the list.",
                                    list=bom.name,
                                    module=bom.module_id.display_name,
                                )
                            )
                        if product not in seen:
                            seen.add(product)
                            waiting.append(product)

    @api.model
    def _get_modules_of(self, company):
        """Return, for each module of ``company``, the parts directly in it."""
        # sudo: the whole structure counts, whatever lists the user may read
        lines = (
            self.env["aftersales.service.bom.line"]
            .sudo()
            .search(
                [
                    ("bom_id.module_id", "!=", False),
                    ("bom_id.active", "=", True),
                    ("company_id", "=", company.id),
                ]
            )
        )
        children = defaultdict(list)
        for line in lines:
            children[line.bom_id.module_id].append(line.product_id)
        return children

    def _get_priced_parts(self):
        """Return the parts that make up one product, as a price run prices them.

        The modules make up the product; the parts inside them are priced alike but not
        counted a second time (R-PRICE-02).

        :return: dict of product -> (quantity, counted in the sum or not)
        """
        self.ensure_one()
        self.env.flush_all()
        parts = {}
        rows = self.env["aftersales.service.bom.row"].search(
            [("bom_id", "=", self.id)], order="level, id"
        )
        for row in rows:
            quantity, counts = parts.get(row.product_id, (0.0, row.level == 1))
            if counts and row.level > 1:
                continue
            parts[row.product_id] = (quantity + row.quantity, counts)
        return parts

    def action_explode(self):
        """Show the parts of the list and those of its modules, level by level."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.service_bom_row_action"
        )
        action["domain"] = [("bom_id", "=", self.id)]
        action["display_name"] = self.name
        action["context"] = {}
        return action
