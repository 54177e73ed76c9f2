from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of
from .aftersales_receivable_query import get_receivable_query

# Not due, then the periods of ageing.
BUCKETS = ("0", "1", "2", "3", "4", "5")


class AftersalesReceivable(models.Model):
    """What is open for after-sales, item by item and guarantor by guarantor (R-PAY-08).

    A row is what one guarantor (or nobody) answers for of one open item of a
    receivable account: of an invoice or credit note of a ticket, or of a payment for a
    ticket that no invoice has used up (negative). The open amount of an item is always
    the ledger's own; its rows sum up to it to the cent, in either currency, so the sum
    by any grouping is the ledger's. Who answers for how much follows the rule of
    `account.move._aftersales_guarantees`.
    """

    _name = "aftersales.receivable"
    _description = "Open Receivable"
    _auto = False
    _order = "date_due, id"
    _rec_name = "move_id"

    company_id = fields.Many2one("res.company", readonly=True)
    move_line_id = fields.Many2one("account.move.line", "Journal item", readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("refund", "Credit note"),
            ("payment", "Money not set off"),
        ],
        readonly=True,
    )
    ticket_id = fields.Many2one("aftersales.ticket", "Service ticket", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Who owes", readonly=True)
    payer = fields.Selection(
        selection=choices_of("sale.order", "aftersales_payer"),
        readonly=True,
    )
    dealer_level_id = fields.Many2one("aftersales.dealer.level", readonly=True)
    is_dealer = fields.Boolean("Dealer", readonly=True)
    guarantor_id = fields.Many2one(
        "res.users", readonly=True, help="Empty: nobody answers for it."
    )
    collector_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who sees to it that it is paid: the guarantor, else the ticket's advisor "
        "(R-PAY-02).",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount_residual = fields.Monetary(
        "Unpaid", currency_field="company_currency_id", readonly=True
    )
    amount_residual_currency = fields.Monetary(
        "Open in its currency", aggregator=None, readonly=True
    )
    date_invoice = fields.Date("Date", readonly=True)
    date_due = fields.Date("Due", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    bucket = fields.Selection(
        selection="_selection_bucket",
        string="Age",
        readonly=True,
        help="Days since it was due, in the periods of the settings.",
    )
    is_long_overdue = fields.Boolean("Overdue beyond the limit", readonly=True)
    disputed = fields.Boolean(readonly=True)

    @api.model
    def _selection_bucket(self):
        """Name the periods of ageing by the company's own days."""
        first, second, limit, last = self.env.company._aftersales_ageing_days()
        return list(
            zip(
                BUCKETS,
                (
                    self.env._("Not due"),
                    self.env._("%(first)s–%(last)s days", first=1, last=first),
                    self.env._("%(first)s–%(last)s days", first=first + 1, last=second),
                    self.env._("%(first)s–%(last)s days", first=second + 1, last=limit),
                    self.env._("%(first)s–%(last)s days", first=limit + 1, last=last),
                    self.env._("More than %(last)s days", last=last),
                ),
                strict=True,
            )
        )

    @property
    def _table_query(self):
        return get_receivable_query(fields.Date.context_today(self))

    @api.model
    def _get_open(self, companies, date):
        """Return what was open at the end of ``date``, by the dates of the books.

        What was paid, credited or posted for a later date does not count; the
        guarantor is who answers today.

        :param companies: of whom
        :return: list of dicts with the fields of a row, amounts as of ``date``
        """
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "account.payment",
            "aftersales.ticket",
            "res.company",
            "res.partner",
        ):
            self.env[model].flush_model()
        query = get_receivable_query(date, as_of=date)
        return self.env.execute_query_dict(
            SQL(
                "SELECT * FROM (%s) item WHERE company_id IN %s ORDER BY date_due, id",
                query,
                tuple(companies.ids) or (0,),
            )
        )

    # -- Buttons ----------------------------------------------------------------------

    @api.readonly
    def action_view_items(self):
        """Open the journal items behind these rows, in Odoo's own list."""
        self.check_access("read")
        items = self.move_line_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", items.ids)],
        }

    def action_register_payment(self):
        """Register a payment of these invoices in Odoo's own window (Finance)."""
        self.check_access("read")
        moves = self.move_id.filtered(
            lambda move: move.is_sale_document(True) and move.amount_residual
        )
        return moves.action_register_payment()

    @api.model
    def action_export(self):
        """Download the ageing of all receivables one may see, as a spreadsheet."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": "/aftersales/receivables/xlsx",
            "target": "download",
        }
