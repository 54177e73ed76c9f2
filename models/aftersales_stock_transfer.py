from odoo import api, fields, models


class AftersalesStockTransfer(models.Model):
    """Parts on their way from one warehouse to another (F43, R-PART-18).

    Two real transfers, out of the one and into the other; what lies between is in
    transit. Closed when everything has arrived, or what is missing has been accounted
    for. Each part is traced from its purchase to its receipt.
    """

    _name = "aftersales.stock.transfer"
    _description = "Transfer between Warehouses"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "sent_by_id",
            "sent_at",
            "received_by_id",
            "received_at",
            "picking_out_id",
            "picking_in_ids",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    source_id = fields.Many2one(
        "stock.warehouse", string="From", required=True, index=True, check_company=True
    )
    destination_id = fields.Many2one(
        "stock.warehouse", string="To", required=True, index=True, check_company=True
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket", index="btree_not_null", check_company=True
    )
    reason = fields.Char("What for")
    state = fields.Selection(
        [
            ("draft", "Being written"),
            ("sent", "On its way"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "aftersales.stock.transfer.line", "transfer_id", string="Parts", copy=True
    )
    picking_out_id = fields.Many2one(
        "stock.picking",
        string="Out",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    picking_in_ids = fields.One2many(
        "stock.picking", "aftersales_transfer_id", string="In", readonly=True
    )
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.users", "Received by", readonly=True, copy=False
    )
    received_at = fields.Datetime("Received on", readonly=True, copy=False)
    is_short = fields.Boolean(
        "Something is missing", compute="_compute_is_short", help="Sent, not arrived."
    )

    _two_warehouses = models.Constraint(
        "CHECK(source_id <> destination_id)",
        "From and To are the same warehouse: choose two different ones.",
    )
    _sent_check = models.Constraint(
        "CHECK(state NOT IN ('sent', 'received')"
        " OR (sent_at IS NOT NULL AND picking_out_id IS NOT NULL))",
        "What is on its way has left on a transfer.",
    )
    _received_check = models.Constraint(
        "CHECK((state = 'received') = (received_at IS NOT NULL))",
        "What is received says when.",
    )

    @api.depends("line_ids.qty_sent", "line_ids.qty_received", "line_ids.qty_lost")
    def _compute_is_short(self):
        for transfer in self:
            transfer.is_short = any(
                line._get_in_transit() for line in transfer.line_ids
            )

    # -- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        if {"source_id", "destination_id", "company_id"} & vals.keys() and not (
            self.env.su
        ):
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_state("draft", "cancelled")

    @api.readonly
    def action_print(self):
        """Print the transfer with the trace of its parts (F43)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_stock_transfer").report_action(
            self
        )
