from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class StockMoveLine(models.Model):
    """Protected core parts: the database itself refuses that they leave."""

    _inherit = "stock.move.line"

    aftersales_core_leaves = fields.Boolean(
        string="Protected Part Leaves",
        compute="_compute_aftersales_core_leaves",
        store=True,
        help="This line would take a protected core part out of the company's hands.",
    )

    _aftersales_core_stays = models.Constraint(
        "CHECK(aftersales_core_leaves IS NOT TRUE OR state IS DISTINCT FROM 'done')",
        "A protected core part does not leave the company.",
    )

    def _auto_init(self):
        # No part is protected before the addon is there: nothing to compute for the
        # millions of lines that a stock may have.
        if not column_exists(self.env.cr, "stock_move_line", "aftersales_core_leaves"):
            create_column(
                self.env.cr, "stock_move_line", "aftersales_core_leaves", "boolean"
            )
        return super()._auto_init()

    @api.depends("product_id", "location_id", "location_dest_id", "picking_id")
    def _compute_aftersales_core_leaves(self):
        for line in self:
            line.aftersales_core_leaves = (
                line.product_id.aftersales_part_class == "core"
                and line._aftersales_leaves_company()
            )

    def _aftersales_leaves_company(self):
        """Return whether the line takes its part out of the company's own hands.

        Ours are the company's warehouses and production. A repair is ours where it is
        done by our people on our premises, or where the company lets visits count.
        """
        self.ensure_one()
        company, destination = self.company_id, self.location_dest_id
        theirs = bool(destination.company_id) and destination.company_id != company
        slip = self.picking_id or self.move_id.picking_id
        if destination in company._get_aftersales_repair_locations():
            return not slip._aftersales_is_own_repair()
        if destination.usage in ("internal", "transit"):
            return destination.company_id != company
        if destination.usage in ("production", "inventory"):
            return theirs
        if destination.usage == "supplier":
            # Back to whom it came from, or an old part to its maker.
            zone = company.aftersales_old_part_location_id
            origin = self.move_id.origin_returned_move_id
            return not (
                origin.location_id.usage == "supplier"
                or (zone and self.location_id._child_of(zone))
            )
        return True
