from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesTurnoverReport(models.Model):
    """Turnover and what of it is not paid, by day, week and month (R-PAY-11).

    A row is an invoice or credit note of a ticket, on its day, in the company's
    currency with tax; what is open is as the books say now.
    """

    _name = "aftersales.turnover.report"
    _description = "Turnover and Arrears"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", "Service ticket", readonly=True)
    advisor_id = fields.Many2one("res.users", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Who owes", readonly=True)
    payer = fields.Selection(
        selection=choices_of("sale.order", "aftersales_payer"),
        readonly=True,
    )
    date = fields.Date(readonly=True)
    date_due = fields.Date("Due", readonly=True)
    amount_billed = fields.Monetary("Turnover", readonly=True)
    amount_settled = fields.Monetary("Settled", readonly=True)
    amount_open = fields.Monetary("Open", readonly=True)
    amount_arrears = fields.Monetary("Arrears", readonly=True, help="Open and overdue.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT move.id, move.id AS move_id, move.company_id, company.currency_id,
                   move.aftersales_ticket_id AS ticket_id, ticket.advisor_id,
                   move.commercial_partner_id,
                   COALESCE(move.aftersales_payer, 'customer') AS payer,
                   COALESCE(move.invoice_date, move.date) AS date,
                   move.invoice_date_due AS date_due,
                   move.amount_total_signed AS amount_billed,
                   move.amount_total_signed - move.amount_residual_signed
                       AS amount_settled,
                   move.amount_residual_signed AS amount_open,
                   CASE WHEN move.invoice_date_due < %(today)s
                        THEN move.amount_residual_signed ELSE 0 END AS amount_arrears
              FROM account_move move
              JOIN res_company company ON company.id = move.company_id
              JOIN aftersales_ticket ticket ON ticket.id = move.aftersales_ticket_id
             WHERE move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
            """,
            today=fields.Date.context_today(self),
        )
