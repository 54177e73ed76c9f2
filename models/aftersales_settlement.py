from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What people tick or write; all else is written by the steps.
TOLD_FIELDS = {
    "work_explained",
    "invoice_explained",
    "accompanied",
    "next_service_told",
    "remaining_life_told",
    "notes",
}
ROWS = {"line_ids", "paper_ids", "discount_ids"}


class AftersalesSettlement(models.Model):
    """All papers of a ticket, gathered and totalled before the customer pays
    (R-SETT-02, R-SETT-05..10)."""

    _name = "aftersales.settlement"
    _description = "Settlement"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "ticket_id.name", "vehicle_id.license_plate"]

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, index="trigram"
    )
    ticket_id = fields.Many2one(ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(store=True, index=True)
    vehicle_id = fields.Many2one(store=True, index="btree_not_null")
    advisor_id = fields.Many2one(related="ticket_id.advisor_id")
    state = fields.Selection(
        [
            ("draft", "Papers being gathered"),
            ("checked", "Checked"),
            ("settled", "Settled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Checked: all papers are there and the totals agree. Settled: besides, "
        "everything is invoiced; the gate pass may follow.",
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_at = fields.Datetime(readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    settled_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many(
        "aftersales.settlement.line", "settlement_id", string="Comparison"
    )
    paper_ids = fields.One2many(
        "aftersales.settlement.paper", "settlement_id", string="Papers"
    )
    discount_ids = fields.One2many(
        "aftersales.settlement.discount", "settlement_id", string="Discounts and wishes"
    )
    papers_missing = fields.Integer(
        compute="_compute_papers_missing",
        store=True,
        help="Papers that are neither there nor done without.",
    )
    amount_billed = fields.Monetary(
        string="Billed",
        compute="_compute_amounts",
        store=True,
        help="All payers, tax included, in the company's currency.",
    )
    amount_difference = fields.Monetary(
        string="Difference",
        compute="_compute_amounts",
        store=True,
        help="Billed less approved, all payers, in the company's currency.",
    )
    amount_due = fields.Monetary(
        string="Still to pay",
        compute="_compute_amounts",
        store=True,
        help="Open on the invoices when the totals were taken, and what was not "
        "invoiced then, all payers.",
    )
    work_explained = fields.Boolean(
        help="What was done was explained to the customer (R-SETT-10)."
    )
    invoice_explained = fields.Boolean(
        help="Each amount of the invoice was explained to the customer (R-SETT-10)."
    )
    accompanied = fields.Boolean(
        "Led to the cashier", help="The adviser went with the customer (R-SETT-10)."
    )
    next_service_told = fields.Boolean(
        help="When the next maintenance is due, by time and mileage (R-SETT-14)."
    )
    remaining_life_told = fields.Boolean(
        help="How long tyres, brake pads and the like will last (R-SETT-16)."
    )
    notes = fields.Text()
    is_cashier = fields.Boolean(
        compute="_compute_is_cashier",
        help="Whether the reader writes reasons (Finance).",
    )

    _ticket_uniq = models.UniqueIndex("(ticket_id)", "A ticket has one settlement.")
    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "A settlement number is given once."
    )
    _settled_check = models.Constraint(
        "CHECK(state != 'settled' OR (settled_by_id IS NOT NULL"
        " AND settled_at IS NOT NULL AND checked_by_id IS NOT NULL))",
        "A settlement is checked and settled by somebody, at some time.",
    )

    @api.depends("paper_ids.is_complete")
    def _compute_papers_missing(self):
        for settlement in self:
            settlement.papers_missing = len(
                settlement.paper_ids.filtered(lambda paper: not paper.is_complete)
            )

    @api.depends(
        "line_ids.amount_billed", "line_ids.amount_difference", "line_ids.amount_due"
    )
    def _compute_amounts(self):
        for settlement in self:
            totals = dict.fromkeys(("billed", "difference", "due"), 0.0)
            for line in settlement.line_ids:
                for key in totals:
                    totals[key] += line._in_company_currency(line[f"amount_{key}"])
            for key, amount in totals.items():
                settlement[f"amount_{key}"] = amount

    @api.depends_context("uid")
    def _compute_is_cashier(self):
        self.is_cashier = self.env.user.has_group("aftersales.group_aftersales_finance")

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A settlement is begun on its ticket (Settlement).")
            )
        for vals in vals_list:
            ticket = self.env["aftersales.ticket"].browse(vals.get("ticket_id"))
            vals["name"] = (
                self.env["ir.sequence"]
                .with_company(ticket.company_id)
                .next_by_code("aftersales.settlement")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - TOLD_FIELDS - ROWS - {"activity_ids"}:
                raise AccessError(
                    self.env._(
                        "A settlement is checked and settled by its steps only; "
                        "besides, just what was told to the customer is written."
                    )
                )
            self._check_draft(vals.keys() - {"notes", "activity_ids"})
        return super().write(vals)

    def _check_draft(self, names):
        """Raise UserError when ``names`` would change what is settled."""
        for settlement in self:
            if names and settlement.state == "settled":
                raise UserError(
                    self.env._(
                        "%(settlement)s of ticket %(ticket)s is settled. Reopen it "
                        "before you change it.",
                        settlement=settlement.name,
                        ticket=settlement.ticket_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Settlement %(name)s is kept as a record. Reopen it instead.",
                name=self[:1].name,
            )
        )

    # -- Papers and totals ------------------------------------------------------------

    def _refresh(self):
        """Look the papers through and take the totals anew, in sudo.

        What was explained or approved stays as long as its difference is the same.
        """
        # sudo: follows from the ticket's own records, which callers may not all see;
        # each caller has checked role and state
        for settlement in self.sudo():
            ticket = settlement.ticket_id
            ticket.invoice_ids._aftersales_net_deposits()
            self._refresh_rows(
                settlement.paper_ids,
                ["kind"],
                [
                    {"settlement_id": settlement.id, **paper}
                    for paper in ticket._get_settlement_papers()
                ],
            )
            self._refresh_rows(
                settlement.line_ids,
                ["payer", "currency_id"],
                [
                    {"settlement_id": settlement.id, **amounts}
                    for amounts in ticket._get_settlement_amounts()
                ],
            )
            settlement.line_ids._explain_unused()

    @api.model
    def _refresh_rows(self, rows, keys, wanted):
        """Bring ``rows`` in step with ``wanted`` values, told apart by ``keys``."""

        def value(row, name):
            field = row._fields[name]
            return row[name].id if field.type == "many2one" else row[name]

        present = {tuple(value(row, key) for key in keys): row for row in rows}
        new = []
        for vals in wanted:
            row = present.pop(tuple(vals[key] for key in keys), None)
            if row is None:
                new.append(vals)
            elif changed := {
                name: content
                for name, content in vals.items()
                if value(row, name) != content
            }:
                row.write(changed)
        rows.browse().concat(*present.values()).unlink()
        rows.create(new)

    def _check_complete(self):
        """Refuse while a paper is missing (R-SETT-02).

        :raises UserError: naming the papers
        """
        for settlement in self:
            missing = settlement.paper_ids.filtered(lambda paper: not paper.is_complete)
            if missing:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s cannot be settled, papers are missing:\n"
                        "%(papers)s\nGather them, or say why it is done without "
                        "them.",
                        ticket=settlement.ticket_id.name,
                        papers="\n".join(
                            f"- {paper.display_name}: {paper.missing}"
                            for paper in missing
                        ),
                    )
                )

    def _check_agrees(self):
        """Refuse what differs from the approved total without a reason (R-SETT-06),
        and while a discount is asked for (R-SETT-08).

        :raises UserError: naming payer and amounts, or the discount
        """
        for discount in self.discount_ids:
            if discount.state == "requested":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the discount “%(reason)s” is not decided "
                        "on. A manager grants or refuses it.",
                        ticket=discount.ticket_id.name,
                        reason=discount.reason,
                    )
                )
        for line in self.line_ids:
            if line.is_explained:
                continue
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s, %(payer)s: approved are %(expected)s, billed "
                    "%(billed)s. Put the invoice right, or write the reason for the "
                    "difference and let a manager approve it.",
                    ticket=line.settlement_id.ticket_id.name,
                    payer=line.payer_label,
                    expected=line.currency_id.format(line.amount_expected),
                    billed=line.currency_id.format(line.amount_billed),
                )
            )
