from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesRefusalReport(models.Model):
    """Work refused or put off: its value, why, and what came back (R-BEY-07).

    A row for each refused line. Recovered is what the line that took it over was
    agreed for; open is what can still return.
    """

    _name = "aftersales.refusal.report"
    _description = "Refused and Deferred Work"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "name"

    name = fields.Char("Work", readonly=True)
    line_id = fields.Many2one("aftersales.ticket.line", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    advisor_id = fields.Many2one("res.users", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    payer = fields.Selection(
        selection=choices_of("aftersales.ticket.line", "payer"),
        readonly=True,
    )
    answer = fields.Selection(
        [("declined", "Declined"), ("deferred", "Deferred")], readonly=True
    )
    reason_id = fields.Many2one("aftersales.decline.reason", readonly=True)
    is_safety = fields.Boolean("Safety", readonly=True)
    date = fields.Datetime("Refused at", readonly=True)
    deferred_until = fields.Date("Price held until", readonly=True)
    outcome = fields.Selection(
        [
            ("declined", "Declined"),
            ("open", "Open"),
            ("expired", "Price run out"),
            ("quoted", "Back on an estimate"),
            ("recovered", "Recovered"),
            ("lost", "Refused again"),
        ],
        readonly=True,
        help="What became of it since.",
    )
    returned_ticket_id = fields.Many2one(
        "aftersales.ticket", string="Returned on", readonly=True
    )
    amount = fields.Monetary(readonly=True, help="Without tax.")
    amount_recovered = fields.Monetary("Recovered", readonly=True)
    amount_open = fields.Monetary("Still open", readonly=True)
    recovery = fields.Float(
        "Recovered, %",
        aggregator="avg",
        readonly=True,
        help="Of the lines put off, by number.",
    )
    line_count = fields.Integer("Lines", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT refused.*,
                   CASE WHEN outcome IN ('open', 'expired', 'quoted')
                   THEN amount ELSE 0 END AS amount_open,
                   CASE WHEN answer = 'deferred' THEN
                   CASE outcome WHEN 'recovered' THEN 100.0 ELSE 0.0 END
                   END AS recovery
              FROM (
                    SELECT l.id, l.id AS line_id, l.name, l.ticket_id, l.company_id,
                           l.currency_id, t.vehicle_id, t.partner_id, t.advisor_id,
                           l.product_id, l.payer, l.approval AS answer,
                           l.decline_reason_id AS reason_id, l.is_safety,
                           COALESCE(l.declined_at, l.write_date) AS date,
                           l.deferred_until, l.price_subtotal AS amount,
                           1 AS line_count, r.ticket_id AS returned_ticket_id,
                           CASE WHEN l.approval = 'declined' THEN 'declined'
                                WHEN r.approval = 'approved' THEN 'recovered'
                                WHEN r.approval = 'proposed' THEN 'quoted'
                                WHEN r.approval IS NOT NULL THEN 'lost'
                                WHEN l.deferred_until < %(today)s THEN 'expired'
                                ELSE 'open' END AS outcome,
                           CASE WHEN r.approval = 'approved'
                           THEN r.price_subtotal ELSE 0 END AS amount_recovered
                      FROM aftersales_ticket_line l
                      JOIN aftersales_ticket t ON t.id = l.ticket_id
                      LEFT JOIN aftersales_ticket_line r ON r.deferred_from_id = l.id
                     WHERE l.approval IN ('declined', 'deferred')
                   ) refused
            """,
            today=fields.Date.context_today(self),
        )
