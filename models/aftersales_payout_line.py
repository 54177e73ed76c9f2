from odoo import api, fields, models
from odoo.exceptions import AccessError

# Kinds that Finance may write by hand; the others come from their documents.
BY_HAND = ("other", "reimbursement")


class AftersalesPayoutLine(models.Model):
    """One thing an employee gets (+) or is held back (−), and where it comes from."""

    _name = "aftersales.payout.line"
    _description = "Item of a Payout Statement"
    _inherit = ["aftersales.month.mixin"]
    _order = "payout_id, kind, id"
    _check_company_auto = True

    payout_id = fields.Many2one(
        "aftersales.payout",
        "Payout statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="payout_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        related="payout_id.employee_id", store=True, index=True, precompute=True
    )
    month = fields.Date(related="payout_id.month", store=True, precompute=True)
    state = fields.Selection(related="payout_id.state")
    live = fields.Boolean(
        "Counts",
        readonly=True,
        default=True,
        copy=False,
        help="Its statement is not cancelled.",
    )
    kind = fields.Selection(
        [
            ("deduction", "Guarantee deduction"),
            ("refund", "Refund of a deduction"),
            ("fine", "Traffic fine"),
            ("referral", "Referral fee"),
            ("profit_share", "Share of profit"),
            ("reimbursement", "Reimbursement"),
            ("assessment", "Assessment"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        index=True,
    )
    name = fields.Char("Details", required=True)
    amount = fields.Monetary(
        required=True, help="+ is paid out to the employee, − is held back from him."
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        "Service ticket",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    res_model = fields.Char("Kind of source", readonly=True)
    res_id = fields.Many2oneReference(
        "Source", model_field="res_model", readonly=True, index=True
    )

    _source_uniq = models.UniqueIndex(
        "(res_model, res_id, kind, employee_id) WHERE live AND res_model IS NOT NULL",
        "It stands on a payout statement already.",
    )
    _source_told = models.Constraint(
        "CHECK(kind IN ('other', 'reimbursement')"
        " OR (res_model IS NOT NULL AND COALESCE(res_id, 0) > 0))",
        "An item says where it comes from.",
    )
    _amount_told = models.Constraint(
        "CHECK(amount <> 0)", "An item is more or less than nothing."
    )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if (
                    vals.get("kind", "other") not in BY_HAND
                    or vals.get("res_model")
                    or vals.get("res_id")
                    or not vals.get("live", True)
                ):
                    raise self._make_guard_error()
        lines = super().create(vals_list)
        lines._check_by_hand()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand()
            if (
                vals.keys() & {"res_model", "res_id", "live", "payout_id"}
                or vals.get("kind", "other") not in BY_HAND
            ):
                raise self._make_guard_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_hand(self):
        self._check_by_hand()

    def _check_by_hand(self):
        """Raise unless Finance wrote these by hand, on drafts not their own."""
        if self.env.su:
            return
        self.payout_id._check_finance("draft")
        if self.filtered("res_model"):
            raise self._make_guard_error()

    def _make_guard_error(self):
        return AccessError(
            self.env._(
                "Items of a payout statement follow from their documents; by hand "
                "reimbursements and others are added."
            )
        )

    def _get_key(self):
        """Return what tells a collected item from any other."""
        self.ensure_one()
        return (self.res_model, self.res_id, self.kind, self.employee_id.id)

    @api.readonly
    def action_view_source(self):
        """Open the document this item comes from, as far as the user may read it."""
        self.ensure_one()
        self.check_access("read")
        if not self.res_model:
            return self.payout_id._get_records_action()
        source = self.env[self.res_model].browse(self.res_id).exists()
        if not source.has_access("read"):
            return self.payout_id._get_records_action()
        return source._get_records_action()
