from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of

# What either side says of a line before it is confirmed.
SAID = {"amount_difference", "reason_id", "note"}
CONFIRMED = (
    "confirmed_by_finance_id",
    "finance_at",
    "confirmed_by_holder_id",
    "holder_name",
    "holder_at",
)


class AftersalesStatementLine(models.Model):
    """An item that was open at the end of the month, and what both sides say (F46)."""

    _name = "aftersales.statement.line"
    _description = "Item of a Statement"
    _order = "statement_id, date_due, id"
    _check_company_auto = True

    statement_id = fields.Many2one(
        "aftersales.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(related="statement_id.state")
    move_line_id = fields.Many2one(
        "account.move.line",
        "Journal item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    name = fields.Char("Number", required=True, readonly=True)
    kind = fields.Selection(
        selection=choices_of("aftersales.receivable", "kind"),
        readonly=True,
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        "Service ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one("res.partner", "Who owes", readonly=True)
    guarantor_id = fields.Many2one("res.users", readonly=True)
    date_invoice = fields.Date("Date", readonly=True)
    date_due = fields.Date("Due", readonly=True)
    days_overdue = fields.Integer("Days overdue", readonly=True, aggregator="max")
    is_long_overdue = fields.Boolean("Overdue beyond the limit", readonly=True)
    disputed = fields.Boolean(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_currency = fields.Monetary(
        "Open in its currency", readonly=True, aggregator=None
    )
    amount = fields.Monetary(
        "Unpaid", currency_field="company_currency_id", readonly=True
    )
    amount_difference = fields.Monetary(
        "Difference",
        currency_field="company_currency_id",
        help="What the other side says, less what the books say.",
    )
    reason_id = fields.Many2one(
        "aftersales.statement.reason",
        "Why it differs",
        ondelete="restrict",
        check_company=True,
    )
    note = fields.Char("Remark")
    confirmed_by_finance_id = fields.Many2one(
        "res.users", "Finance", readonly=True, copy=False
    )
    finance_at = fields.Datetime("Confirmed by Finance on", readonly=True)
    confirmed_by_holder_id = fields.Many2one(
        "res.users", "Guarantor confirmed", readonly=True, copy=False
    )
    holder_name = fields.Char(
        "Confirmed for them by", readonly=True, help="In a written answer."
    )
    holder_at = fields.Datetime("Confirmed by them on", readonly=True)

    _two_people = models.Constraint(
        "CHECK(confirmed_by_finance_id IS DISTINCT FROM confirmed_by_holder_id"
        " OR confirmed_by_finance_id IS NULL)",
        "Nobody confirms an item for both sides.",
    )
    _difference_has_reason = models.Constraint(
        "CHECK(COALESCE(amount_difference, 0) = 0 OR reason_id IS NOT NULL)",
        "Say why the item differs.",
    )

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - SAID:
                raise self.statement_id._get_fixed_error()
            self._check_may_say()
            # What was confirmed is asked anew.
            vals = {**vals, **dict.fromkeys(CONFIRMED, False)}
        return super().write(vals)

    def _check_may_say(self):
        """Raise unless the user is one of the two sides, while both are asked."""
        for statement in self.statement_id:
            if statement.user_id != self.env.user:
                statement._check_finance("sent")
            statement._check_state("sent")

    def _is_confirmed(self):
        """Whether both sides have confirmed this item."""
        self.ensure_one()
        return bool(
            self.confirmed_by_finance_id
            and (self.confirmed_by_holder_id or self.holder_name)
        )

    def _prepare_vals(self, statement, row, name):
        """Return the values of a line of ``statement`` from an open item."""
        return {
            "statement_id": statement.id,
            "move_line_id": row["move_line_id"],
            "move_id": row["move_id"],
            "name": name or "/",
            "kind": row["kind"],
            "ticket_id": row["ticket_id"],
            "partner_id": row["commercial_partner_id"],
            "guarantor_id": row["guarantor_id"],
            "date_invoice": row["date_invoice"],
            "date_due": row["date_due"],
            "days_overdue": row["days_overdue"],
            "is_long_overdue": row["is_long_overdue"],
            "disputed": row["disputed"],
            "currency_id": row["currency_id"],
            "amount_currency": row["amount_residual_currency"],
            "amount": row["amount_residual"],
        }

    # -- Steps ------------------------------------------------------------------------

    def action_confirm(self):
        """Confirm these items for one's own side: as the guarantor, or for Finance.

        :raises UserError: unless their statements are sent
        """
        self.check_access("read")
        own = self.filtered(lambda line: line.statement_id.user_id == self.env.user)
        own._confirm_holder()
        (self - own)._confirm_finance()
        return True

    def _confirm_holder(self):
        """Confirm for the guarantor, who must be the user."""
        for statement in self.statement_id:
            statement._check_state("sent")
            if statement.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(statement)s is confirmed by its guarantor himself.",
                        statement=statement.display_name,
                    )
                )
        # sudo: confirmations are written by steps only; the side is checked above
        self.sudo().filtered(lambda line: not line.confirmed_by_holder_id).write(
            {"confirmed_by_holder_id": self.env.uid, "holder_at": fields.Datetime.now()}
        )

    def _confirm_finance(self):
        """Confirm for Finance; never on one's own statement."""
        if self:
            self.statement_id._check_finance("sent")
        # sudo: confirmations are written by steps only; the side is checked above
        self.sudo().filtered(lambda line: not line.confirmed_by_finance_id).write(
            {
                "confirmed_by_finance_id": self.env.uid,
                "finance_at": fields.Datetime.now(),
            }
        )
