import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

ACTIVITY = "aftersales.activity_stock_count"


class AftersalesStockCount(models.Model):
    """A count of the parts store: how many, and how good (R-PART-15).

    A sheet over Odoo's own stock: what is due there to be counted is proposed, what
    differs becomes Odoo's own inventory adjustment, once somebody else has agreed.
    """

    _name = "aftersales.stock.count"
    _description = "Count of Parts"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "counted_by_id",
            "counted_at",
            "approved_by_id",
            "approved_at",
        }
    )

    company_id = fields.Many2one(
        related="warehouse_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, index=True, ondelete="restrict"
    )
    category_id = fields.Many2one(
        "product.category", help="Only parts of this category; empty: all."
    )
    only_due = fields.Boolean(
        "Only what is due",
        default=True,
        help="Whose day to be counted has come in Inventory.",
    )
    state = fields.Selection(
        [
            ("draft", "To be counted"),
            ("counted", "Counted"),
            ("applied", "Stock put right"),
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
        "aftersales.stock.count.line", "count_id", string="Parts"
    )
    counted_by_id = fields.Many2one(
        "res.users", "Counted by", readonly=True, copy=False
    )
    counted_at = fields.Datetime("Counted on", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Agreed to by", readonly=True, copy=False
    )
    approved_at = fields.Datetime("Agreed to on", readonly=True, copy=False)
    difference_count = fields.Integer("Differences", compute="_compute_differences")
    difference_value = fields.Monetary(
        "Worth", compute="_compute_differences", help="Of all differences, at cost."
    )

    _four_eyes = models.Constraint(
        "CHECK(approved_by_id IS NULL OR approved_by_id <> counted_by_id)",
        "Who has counted does not agree to the differences.",
    )
    _applied_check = models.Constraint(
        "CHECK((state = 'applied') = (approved_by_id IS NOT NULL)"
        " AND (state NOT IN ('counted', 'applied') OR counted_by_id IS NOT NULL))",
        "Stock is put right when somebody has counted, and somebody else agreed.",
    )

    @api.depends("line_ids.difference", "line_ids.value")
    def _compute_differences(self):
        for count in self:
            different = count.line_ids.filtered(
                lambda line: line.is_counted and line.difference
            )
            count.difference_count = len(different)
            count.difference_value = sum(different.mapped("value"))

    # -- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        if {"warehouse_id", "category_id", "only_due"} & vals.keys() and not (
            self.env.su
        ):
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_state("draft", "cancelled")

    # -- Steps ------------------------------------------------------------------------

    def action_fill(self):
        """Put the parts of the store onto the sheet, with what Odoo knows of them.

        :raises UserError: when nothing is there to be counted
        """
        self._check_role("parts_keeper")
        self._check_state("draft")
        for count in self:
            # sudo: the stock is not the parts keeper's to read; role and state are
            # checked above
            quants = count.sudo()._get_quants(limit=None)
            known = {
                (line.product_id, line.lot_id, line.location_id)
                for line in count.line_ids
            }
            vals_list = [
                count._prepare_line_vals(quant)
                for quant in quants
                if (quant.product_id, quant.lot_id, quant.location_id) not in known
            ]
            if not vals_list:
                raise UserError(
                    self.env._(
                        "Count %(name)s: nothing more is due to be counted in "
                        "%(warehouse)s.",
                        name=count.name,
                        warehouse=count.warehouse_id.name,
                    )
                )
            count.sudo().line_ids = [Command.create(vals) for vals in vals_list]
        return True

    def _get_quants(self, limit):
        """Return the stock this sheet counts, what is due first."""
        self.ensure_one()
        domain = [
            ("location_id", "child_of", self.warehouse_id.lot_stock_id.id),
            ("product_id.is_storable", "=", True),
            ("owner_id", "=", False),
            ("package_id", "=", False),
        ]
        if self.category_id:
            domain.append(("product_id.categ_id", "child_of", self.category_id.id))
        if self.only_due:
            domain.append(("inventory_date", "<=", fields.Date.context_today(self)))
        return self.env["stock.quant"].search(
            domain, order="inventory_date, product_id, id", limit=limit
        )

    def _prepare_line_vals(self, quant):
        return {
            "product_id": quant.product_id.id,
            "lot_id": quant.lot_id.id,
            "location_id": quant.location_id.id,
            "quant_id": quant.id,
            "qty_book": quant.quantity,
        }

    def action_counted(self):
        """Hand the sheet in (parts keeper).

        :raises UserError: naming a part that nobody has counted
        """
        self._check_role("parts_keeper")
        self._check_state("draft")
        for count in self:
            missing = count.line_ids.filtered(lambda line: not line.is_counted)
            if missing or not count.line_ids:
                raise UserError(
                    self.env._(
                        "Count %(name)s: %(part)s has not been counted yet. Tick it, "
                        "or take it off the sheet.",
                        name=count.name,
                        part=missing[:1].product_id.display_name or "-",
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "counted",
                "counted_by_id": self.env.uid,
                "counted_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_feedback([ACTIVITY])
        return True

    def action_apply(self):
        """Agree to the differences: Odoo's stock is put right (Finance).

        What has moved since the count is respected: the difference is applied.

        :raises UserError: to who has counted, or for a difference without a reason
        """
        self._check_role("finance")
        self._check_state("counted")
        for count in self:
            if count.counted_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Count %(name)s: you have counted yourself. Somebody else "
                        "agrees to the differences.",
                        name=count.name,
                    )
                )
            # sudo: Finance has no rights to the stock; role, state and person are
            # checked above
            count.sudo().with_company(count.company_id)._apply()
        return True

    def _apply(self):
        """Adjust Odoo's stock by the differences; checks their reasons only."""
        self.ensure_one()
        for line in self.line_ids:
            if line.difference and not (line.note or "").strip():
                raise UserError(
                    self.env._(
                        "Count %(name)s: write why %(part)s differs.",
                        name=self.name,
                        part=line.product_id.display_name,
                    )
                )
        quants = self.env["stock.quant"]
        for line in self.line_ids:
            quant = line._get_quant()
            quant.inventory_quantity = quant.quantity + line.difference
            quants |= quant
        quants.with_context(inventory_name=self.name).action_apply_inventory()
        self.write(
            {
                "state": "applied",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
            }
        )

    def action_cancel(self):
        """Give the sheet up; nothing is changed in the stock."""
        self._check_role("parts_keeper")
        self._check_state("draft", "counted")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().state = "cancelled"
        self.sudo().activity_unlink([ACTIVITY])
        return True

    @api.readonly
    def action_print(self):
        """Print the sheet."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_stock_count").report_action(self)

    # -- The scheduled action ----------------------------------------------------------

    @api.model
    def _cron_open_counts(self):
        """Open a small sheet a day of what is due to be counted (R-PART-15).

        For each warehouse without an open sheet, of companies that count in turns.
        Each warehouse is committed; run again it opens nothing more.
        """
        warehouses = self.env["stock.warehouse"].search(
            [("company_id.aftersales_count_size", ">", 0)]
        )
        busy = self.search([("state", "in", ("draft", "counted"))]).warehouse_id
        idle = warehouses - busy
        self.env["ir.cron"]._commit_progress(remaining=len(idle))
        for warehouse in idle:
            try:
                with self.env.cr.savepoint():
                    self._open_count(warehouse)
                    self.env.flush_all()
            except Exception:
                # One warehouse must not keep the others from being counted.
                self.env.invalidate_all(flush=False)
                _logger.exception("No count is opened for %s", warehouse.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _open_count(self, warehouse):
        """Open a sheet of what is due in ``warehouse``, and call the parts keeper."""
        company = warehouse.company_id
        sheet = self.new({"warehouse_id": warehouse.id, "only_due": True})
        quants = sheet._get_quants(limit=company.aftersales_count_size)
        if not quants:
            return self
        count = self.create({"warehouse_id": warehouse.id})
        count.line_ids = [
            Command.create(count._prepare_line_vals(quant)) for quant in quants
        ]
        keeper = self.env["aftersales.deadline"]._default_user("parts_keeper", company)
        if keeper:
            count.activity_schedule(ACTIVITY, summary=count.name, user_id=keeper.id)
        return count
