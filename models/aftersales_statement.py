from collections import defaultdict
from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MONTH = relativedelta(months=1)
DAY = relativedelta(days=1)
# What Finance notes down while the other side is asked.
ANSWER_FIELDS = {"answer_name", "answer_ids", "note", "line_ids", "activity_ids"}


class AftersalesStatement(models.Model):
    """What one holder owes or answers for at the end of a month (R-PAY-03, F46).

    The scheduled action begins one for each guarantor, customer and dealer; Finance
    sends it, both sides confirm it line by line, or say by how much and why they
    differ. Once agreed it never changes: the database refuses it as well
    (``aftersales_statement_freeze.py``).
    """

    _name = "aftersales.statement"
    _description = "Reconciliation Statement"
    _inherit = [
        "aftersales.month.mixin",
        "aftersales.step.mixin",
        "aftersales.deadline.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True
    _deadline_field = "statement_id"
    _deadline_condition_fields = frozenset()
    _deadline_people_fields = frozenset({"finance_user_id"})

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("guarantor", "Guarantor"), ("customer", "Customer"), ("dealer", "Dealer")],
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", "Guarantor", readonly=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer or dealer", readonly=True, index="btree_not_null"
    )
    month = fields.Date(required=True, readonly=True, help="The first day of it.")
    date_cutoff = fields.Date(
        "As of the end of",
        required=True,
        readonly=True,
        help="What was posted or settled later does not count.",
    )
    finance_user_id = fields.Many2one("res.users", "Finance", readonly=True)
    state = fields.Selection(
        [
            ("draft", "To be sent"),
            ("sent", "To be confirmed"),
            ("agreed", "Agreed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("aftersales.statement.line", "statement_id")
    line_count = fields.Integer("Items", compute="_compute_amounts", store=True)
    open_count = fields.Integer("Items to confirm", compute="_compute_open_count")
    amount_total = fields.Monetary("Unpaid", compute="_compute_amounts", store=True)
    amount_overdue = fields.Monetary(
        "Amount overdue", compute="_compute_amounts", store=True
    )
    amount_difference = fields.Monetary(
        "Difference",
        compute="_compute_amounts",
        store=True,
        help="What the other side says, less what the books say.",
    )
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sent_at = fields.Datetime(readonly=True, copy=False)
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    agreed_at = fields.Datetime(readonly=True, copy=False)
    answer_name = fields.Char(
        "Confirmed for them by",
        copy=False,
        help="Who signed the written answer of the customer or dealer.",
    )
    answer_ids = fields.Many2many(
        "ir.attachment", string="Written answer", copy=False, bypass_search_access=True
    )
    note = fields.Text("Remarks")
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    deadline_ids = fields.One2many("aftersales.deadline", "statement_id")

    _holder_uniq = models.UniqueIndex(
        "(company_id, month, kind, COALESCE(user_id, 0), COALESCE(partner_id, 0))"
        " WHERE state <> 'cancelled'",
        "There is a statement of this holder for the month already.",
    )
    _holder_check = models.Constraint(
        "CHECK((kind = 'guarantor') = (user_id IS NOT NULL)"
        " AND (kind = 'guarantor') = (partner_id IS NULL))",
        "A statement is a guarantor's, or a customer's or dealer's.",
    )
    _month_begins = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1 AND date_cutoff >= month)",
        "A month is named by its first day.",
    )
    _two_sides = models.Constraint(
        "CHECK(user_id IS NULL OR (user_id IS DISTINCT FROM sent_by_id"
        " AND user_id IS DISTINCT FROM agreed_by_id))",
        "Nobody acts for Finance on his own statement.",
    )
    _agreed_stamped = models.Constraint(
        "CHECK((state = 'agreed') = (agreed_by_id IS NOT NULL"
        " AND agreed_at IS NOT NULL)"
        " AND (state <> 'agreed' OR sent_by_id IS NOT NULL))",
        "An agreed statement says by whom and when.",
    )

    @api.depends("name", "month")
    def _compute_display_name(self):
        for statement in self:
            holder = statement.user_id.name or statement.partner_id.display_name or ""
            month = statement.month.strftime("%Y-%m") if statement.month else ""
            statement.display_name = f"{statement.name} {month} {holder}".strip()

    @api.depends("line_ids.amount", "line_ids.amount_difference")
    def _compute_amounts(self):
        for statement in self:
            lines = statement.line_ids
            statement.line_count = len(lines)
            statement.amount_total = sum(lines.mapped("amount"))
            statement.amount_difference = sum(lines.mapped("amount_difference"))
            statement.amount_overdue = sum(
                line.amount for line in lines if line.days_overdue
            )

    def _compute_open_count(self):
        for statement in self:
            statement.open_count = len(
                statement.line_ids.filtered(lambda line: not line._is_confirmed())
            )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("The statements of a month are begun by Begin Statements.")
            )
        policies = {}
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            if company not in policies:
                policies[company] = self.env["aftersales.policy"]._get_document_policy(
                    "statement", company
                )
            vals["policy_id"] = policies[company].id
        statements = super().create(vals_list)
        statements._deadline_create()
        return statements

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - ANSWER_FIELDS:
                raise self._get_fixed_error()
            if vals.keys() - {"line_ids", "activity_ids"}:
                self._check_finance("draft", "sent")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(statement)s is kept as a record; cancel it.",
                statement=self[:1].display_name,
            )
        )

    def _get_fixed_error(self):
        """Return what is told to who would change what the books say."""
        return AccessError(
            self.env._(
                "%(statement)s: what a statement says follows from the books. Put the "
                "invoice or payment right, or tell a difference at the item.",
                statement=self[:1].display_name,
            )
        )

    def _check_state(self, *states):
        for statement in self:
            if statement.state == "agreed" and "agreed" not in states:
                raise UserError(
                    self.env._(
                        "%(statement)s is agreed and never changes. Tell what is "
                        "different on the next statement, which names all that is "
                        "open then.",
                        statement=statement.display_name,
                    )
                )
        return super()._check_state(*states)

    def _check_finance(self, *states):
        """Raise unless the user is Finance's side of all of these, in ``states``."""
        self._check_role("finance")
        self._check_state(*states)
        for statement in self:
            if statement.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(statement)s is your own: somebody else of Finance takes "
                        "this step.",
                        statement=statement.display_name,
                    )
                )

    # -- Deadlines --------------------------------------------------------------------

    def _deadline_start(self):
        self.ensure_one()
        zone = timezone(self.company_id.resource_calendar_id.tz or "UTC")
        last = datetime.combine(self.date_cutoff, time(12))
        return zone.localize(last).astimezone(utc).replace(tzinfo=None)

    def _deadline_user(self, role):
        self.ensure_one()
        return self.finance_user_id if role == "finance" else self.env["res.users"]

    # -- What is open -----------------------------------------------------------------

    def _refresh(self):
        """Write the lines of drafts anew from the books as of their day (in sudo)."""
        for (companies, cutoff), statements in self.grouped(
            lambda statement: (statement.company_id, statement.date_cutoff)
        ).items():
            rows = self._group_rows(
                self.env["aftersales.receivable"]._get_open(companies, cutoff)
            )
            statements.line_ids.unlink()
            statements._follow_kind(rows)
            self._create_lines(statements, rows)

    @api.model
    def _group_rows(self, rows):
        """Return ``{(kind, id of the holder): rows}`` of open items."""
        found = defaultdict(list)
        for row in rows:
            if row["guarantor_id"]:
                found["guarantor", row["guarantor_id"]].append(row)
            kind = "dealer" if row["is_dealer"] else "customer"
            if row["commercial_partner_id"]:
                found[kind, row["commercial_partner_id"]].append(row)
        for key, mine in found.items():
            if key[0] != "guarantor":
                found[key] = self._join_rows(mine)
        return found

    def _follow_kind(self, rows):
        """A customer may have become a dealer since these drafts were begun, or the
        other way round; his statement stays the same one (in sudo)."""
        for statement in self.filtered("partner_id"):
            kind = "customer" if statement.kind == "dealer" else "dealer"
            if (kind, statement.partner_id.id) in rows:
                statement.kind = kind

    @api.model
    def _join_rows(self, rows):
        """Return one row for each journal item: who answers for which part of it is
        not the customer's business. A guarantor of all of it is named."""
        joined = {}
        for row in rows:
            known = joined.setdefault(row["move_line_id"], row)
            if known is not row:
                joined[row["move_line_id"]] = {
                    **known,
                    "guarantor_id": known["guarantor_id"]
                    if known["guarantor_id"] == row["guarantor_id"]
                    else None,
                    **{
                        name: known[name] + row[name]
                        for name in ("amount_residual", "amount_residual_currency")
                    },
                }
        return list(joined.values())

    @api.model
    def _create_lines(self, statements, rows):
        """Create the lines of ``statements`` from grouped rows, in one batch."""
        lines = self.env["aftersales.statement.line"]
        ids = {row["move_id"] for mine in rows.values() for row in mine}
        moves = self.env["account.move"].browse(sorted(ids))
        names = {move.id: move.name for move in moves}
        lines.create(
            [
                lines._prepare_vals(statement, row, names[row["move_id"]])
                for statement in statements
                for row in rows.get(
                    (statement.kind, statement.user_id.id or statement.partner_id.id),
                    (),
                )
            ]
        )
