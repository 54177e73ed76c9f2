from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

MONTHS = {"month": 1, "quarter": 3}


class AftersalesSettlementBatch(models.Model):
    """All that a dealer is billed for one month or quarter (R-PAY-09).

    Orders delivered on account are invoiced together at the end of the cycle, one
    invoice for each ticket, so that everybody who answers for money stays with his
    ticket; the sheet joins them with what was billed order by order meanwhile.
    """

    _name = "aftersales.settlement.batch"
    _description = "Dealer Settlement"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "company_id",
            "cycle",
            "date_from",
            "date_to",
            "invoiced_at",
            "invoiced_by_id",
            "partner_id",
            "problem",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Dealer",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
    )
    cycle = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")], required=True, readonly=True
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    date_invoice = fields.Date(
        "Invoices dated",
        required=True,
        help="The end of the cycle; later where the books are closed already.",
    )
    state = fields.Selection(
        [("draft", "To invoice"), ("invoiced", "Invoiced"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    problem = fields.Text("What keeps it", readonly=True, copy=False)
    move_ids = fields.One2many("account.move", "aftersales_batch_id", string="Invoices")
    move_count = fields.Integer("Items", compute="_compute_amounts", store=True)
    amount_untaxed = fields.Monetary(
        "Without tax", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary("Billed", compute="_compute_amounts", store=True)
    amount_residual = fields.Monetary(
        "Unpaid", compute="_compute_amount_residual", compute_sudo=True
    )
    invoiced_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    invoiced_at = fields.Datetime(readonly=True, copy=False)

    _dealer_uniq = models.UniqueIndex(
        "(company_id, partner_id, date_to) WHERE state <> 'cancelled'",
        "This dealer has a settlement sheet for the cycle already.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_from < date_to AND date_invoice >= date_from)",
        "A cycle ends after it begins.",
    )

    @api.depends("move_ids.amount_untaxed_signed", "move_ids.amount_total_signed")
    def _compute_amounts(self):
        for batch in self:
            batch.move_count = len(batch.move_ids)
            batch.amount_untaxed = sum(batch.move_ids.mapped("amount_untaxed_signed"))
            batch.amount_total = sum(batch.move_ids.mapped("amount_total_signed"))

    @api.depends("move_ids.amount_residual_signed")
    def _compute_amount_residual(self):
        for batch in self:
            batch.amount_residual = sum(batch.move_ids.mapped("amount_residual_signed"))

    @api.model
    def _get_period(self, cycle, day):
        """Return first and last day of the last cycle that has ended before ``day``."""
        months = MONTHS[cycle]
        begin = day.replace(day=1)
        begin -= relativedelta(months=(begin.month - 1) % months)
        return begin - relativedelta(months=months), begin - relativedelta(days=1)

    def write(self, vals):
        if "date_invoice" in vals and not self.env.su:
            self._check_role("finance")
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(name)s is kept as a record. Cancel it instead.", name=self[:1].name
            )
        )

    # -- Steps ------------------------------------------------------------------------

    def action_invoice(self):
        """Invoice what is left of these cycles (Finance).

        What cannot be invoiced is named on the sheet, which then waits; what could is
        invoiced and on it. Taken again, it goes on with what is left.
        """
        self._check_role("finance")
        self._check_state("draft")
        # sudo: invoices arise from the tickets' own orders; role and state are checked
        batches = self.sudo()
        batches.lock_for_update()
        batches._invoice()
        return True

    def action_cancel(self):
        """Give up sheets on which nothing was invoiced (Finance).

        :raises UserError: when a sheet names invoices
        """
        self._check_role("finance")
        self._check_state("draft")
        for batch in self:
            if batch.move_count:
                raise UserError(
                    self.env._(
                        "%(batch)s names invoices already. Solve what keeps it, and "
                        "invoice the rest.",
                        batch=batch.name,
                    )
                )
        # sudo: the state is written by steps only; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    @api.readonly
    def action_view_invoices(self):
        """Open the invoices of these sheets."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.account_move_action_ticket"
        )
        action["domain"] = [("aftersales_batch_id", "in", self.ids)]
        return action

    def action_print(self):
        """Print these sheets, each in its dealer's language."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_settlement_batch").report_action(
            self
        )
