from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesServiceBomRow(models.Model):
    """A parts list opened up: its parts, and the parts of its modules, level by level.

    R-VEH-14, R-PRICE-02. Says as well what a part fits.
    """

    _name = "aftersales.service.bom.row"
    _description = "Part of an Exploded Parts List"
    _auto = False
    _order = "bom_id, id"
    _rec_name = "product_id"

    bom_id = fields.Many2one("aftersales.service.bom", "Parts List", readonly=True)
    line_id = fields.Many2one("aftersales.service.bom.line", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    product_tmpl_id = fields.Many2one(
        "product.template", "Vehicle Product", readonly=True
    )
    module_id = fields.Many2one(
        "product.product",
        "In Module",
        readonly=True,
        help="The module this part belongs to; empty: it is a module itself.",
    )
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    part_class = fields.Selection(
        selection=choices_of("product.template", "aftersales_part_class"),
        readonly=True,
    )
    level = fields.Integer(readonly=True, aggregator=False)
    level_label = fields.Char("Lev.", compute="_compute_level_label")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In one vehicle."
    )
    position = fields.Char("Pos.", readonly=True, help="Number in the picture.")
    note = fields.Char("Remarks", readonly=True)
    image_128 = fields.Binary(related="product_id.image_128")
    default_code = fields.Char(related="product_id.default_code")

    @api.depends("level")
    def _compute_level_label(self):
        for row in self:
            row.level_label = f"{'. ' * (row.level - 1)}{row.level}"

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE tree AS (
                SELECT bom.id AS bom_id, bom.company_id, bom.model_id,
                       bom.product_tmpl_id, line.id AS line_id, line.product_id,
                       NULL::int AS module_id, line.quantity, 1 AS level,
                       line.position, line.note,
                       ARRAY[line.sequence, line.id] AS path,
                       ARRAY[line.id] AS lines
                  FROM aftersales_service_bom bom
                  JOIN aftersales_service_bom_line line ON line.bom_id = bom.id
                 WHERE bom.active
                 UNION ALL
                SELECT tree.bom_id, tree.company_id, tree.model_id,
                       tree.product_tmpl_id, line.id, line.product_id,
                       tree.product_id, tree.quantity * line.quantity, tree.level + 1,
                       line.position, line.note,
                       tree.path || ARRAY[line.sequence, line.id],
                       tree.lines || line.id
                  FROM tree
                  JOIN aftersales_service_bom part
                    ON part.module_id = tree.product_id
                   AND part.company_id = tree.company_id AND part.active
                  JOIN aftersales_service_bom_line line ON line.bom_id = part.id
                 WHERE line.id != ALL(tree.lines)
            )
            SELECT row_number() OVER (ORDER BY tree.bom_id, tree.path) AS id,
                   tree.bom_id, tree.company_id, tree.model_id, tree.product_tmpl_id,
                   tree.line_id, tree.product_id, tree.module_id, tree.quantity,
                   tree.level, tree.position, tree.note,
                   template.aftersales_part_class AS part_class
              FROM tree
              JOIN product_product product ON product.id = tree.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
            """
        )
