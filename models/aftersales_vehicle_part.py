from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesVehiclePart(models.Model):
    """A part that was fitted to a vehicle, told from the stock moves (R-VEH-06).

    One row for each line of a ticket and serial number: what was issued less what came
    back to stock. Nothing is entered here; loans and old parts do not count.
    """

    _name = "aftersales.vehicle.part"
    _description = "Part Fitted to a Vehicle"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "stock.move": ["state", "aftersales_line_id", "picking_id"],
        "stock.move.line": ["quantity_product_uom", "lot_id", "product_id", "date"],
        "stock.picking": ["aftersales_kind"],
        "aftersales.ticket.line": ["ticket_id", "payer"],
        "aftersales.ticket": ["vehicle_id", "odometer", "engine_hours", "company_id"],
    }

    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial or lot", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    date = fields.Datetime("Fitted on", readonly=True, help="Issued to the ticket.")
    odometer = fields.Float(
        readonly=True, digits=(16, 0), help="Reading on the ticket.", aggregator=None
    )
    engine_hours = fields.Float(readonly=True, digits=(16, 1), aggregator=None)
    payer = fields.Selection(
        selection=choices_of("aftersales.ticket.line", "payer"),
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(move_line.id) AS id, ticket.vehicle_id, ticket.company_id,
                   line.ticket_id, move_line.product_id, move_line.lot_id,
                   sum(CASE picking.aftersales_kind WHEN 'issue'
                       THEN move_line.quantity_product_uom
                       ELSE -move_line.quantity_product_uom END) AS quantity,
                   max(move_line.date) FILTER (
                       WHERE picking.aftersales_kind = 'issue') AS date,
                   ticket.odometer, ticket.engine_hours, line.payer
              FROM stock_move_line move_line
              JOIN stock_move move ON move.id = move_line.move_id
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN aftersales_ticket_line line ON line.id = move.aftersales_line_id
              JOIN aftersales_ticket ticket ON ticket.id = line.ticket_id
             WHERE move.state = 'done'
                   AND picking.aftersales_kind IN ('issue', 'return')
                   AND ticket.vehicle_id IS NOT NULL
             GROUP BY line.id, ticket.id, move_line.product_id, move_line.lot_id
            HAVING sum(CASE picking.aftersales_kind WHEN 'issue'
                       THEN move_line.quantity_product_uom
                       ELSE -move_line.quantity_product_uom END) > 0
            """
        )


class AftersalesVehicle(models.Model):
    """What was done to the vehicle, for whoever works on it (R-VEH-06)."""

    _inherit = "aftersales.vehicle"

    fitted_part_ids = fields.One2many(
        "aftersales.vehicle.part", "vehicle_id", string="Parts Fitted", readonly=True
    )
    fitted_part_count = fields.Integer(compute="_compute_fitted_part_count")
    history_html = fields.Html(
        string="Service History",
        compute="_compute_history_html",
        groups="aftersales.group_aftersales_user",
        help="Every visit in a few words, without money: also the visits that others "
        "worked on.",
    )

    def _compute_fitted_part_count(self):
        counts = {}
        if self.env["aftersales.vehicle.part"].has_access("read"):
            counts = dict(
                self.env["aftersales.vehicle.part"]._read_group(
                    [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
                )
            )
        for vehicle in self:
            vehicle.fitted_part_count = counts.get(vehicle._origin, 0)

    @api.depends_context("lang", "tz", "uid")
    def _compute_history_html(self):
        for vehicle in self:
            vehicle.history_html = self.env["ir.qweb"]._render(
                "aftersales.vehicle_history",
                {"vehicle": vehicle, "history": vehicle._get_report_history()},
            )

    def action_open_fitted_parts(self):
        """Open the list of the parts that are in the vehicle (R-VEH-06)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts Fitted"),
            "res_model": "aftersales.vehicle.part",
            "view_mode": "list",
            "domain": [("vehicle_id", "=", self.id)],
        }
