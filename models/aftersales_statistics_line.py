from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models

SHEET = ("labour", "parts", "old_part", "other")
SALES = ("out_invoice", "out_receipt", "out_refund")


class AftersalesStatisticsLine(models.Model):
    """What a ticket brought and cost in a month (R-PAY-06, R-STAT-08, F45).

    A ticket stands on the sheet of each month in which it was closed, billed or
    credited, or something was booked for it. Amounts are the books' own of that month,
    in company currency; what is paid is as of its end.
    """

    _name = "aftersales.statistics.line"
    _description = "Line of the Service Statistics Sheet"
    _order = "period_id desc, ticket_id, id"
    _check_company_auto = True

    period_id = fields.Many2one(
        "aftersales.account.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Month", related="period_id.date_from", store=True, precompute=True
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        "Service ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    advisor_id = fields.Many2one("res.users", readonly=True, index=True)
    technician_id = fields.Many2one("res.users", readonly=True, index=True)
    closed_on = fields.Date(readonly=True, help="When closed in this month.")
    job = fields.Text(readonly=True)
    parts = fields.Text(readonly=True)
    hours = fields.Float(
        readonly=True, help="Hours clocked on the ticket in this month."
    )
    amount_labour = fields.Monetary("Labour", readonly=True)
    amount_parts = fields.Monetary("Parts billed", readonly=True)
    amount_other = fields.Monetary("Other", readonly=True)
    amount_untaxed = fields.Monetary("Untaxed", readonly=True)
    amount_total = fields.Monetary(
        "Billed", readonly=True, help="With tax, less credit notes."
    )
    amount_paid = fields.Monetary("Paid", readonly=True)
    amount_open = fields.Monetary("Not paid", readonly=True)
    trip_cost = fields.Monetary("Cost of trips", readonly=True)

    _ticket_once = models.UniqueIndex(
        "(period_id, ticket_id)", "A ticket stands on the sheet of a month once."
    )
    _amounts_tie = models.Constraint(
        "CHECK(abs(COALESCE(amount_total, 0) - COALESCE(amount_paid, 0)"
        " - COALESCE(amount_open, 0)) < 0.005)",
        "What is billed is paid or open.",
    )

    @api.model
    def _create_for(self, period):
        """Write the sheet of a month from the books (in sudo)."""
        self.env.flush_all()
        company, first, last = period.company_id, period.date_from, period.date_to
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        start, stop = (
            zone.localize(datetime.combine(day, time()))
            .astimezone(utc)
            .replace(tzinfo=None)
            for day in (first, last + timedelta(days=1))
        )
        amounts = {}
        items = self.env["aftersales.account.item"]
        for ticket, category, amount, __ in items._sum_by(
            company, first, last, "ticket_id", "category"
        ):
            if ticket:
                amounts.setdefault(ticket.id, {})[category] = amount
        billed, still_open = self._get_billed(company, first, last)
        trips = self._get_trip_costs(company, first, last)
        tickets = self.env["aftersales.ticket"]
        closed = tickets.search(
            [
                ("company_id", "=", company.id),
                ("closed_at", ">=", start),
                ("closed_at", "<", stop),
            ]
        )
        ids = set(closed.ids).union(amounts, billed, trips)
        tickets = tickets.browse(sorted(ids))
        hours = dict(
            self.env["aftersales.timelog"]._read_group(
                [
                    ("ticket_id", "in", tickets.ids),
                    ("date_start", ">=", start),
                    ("date_start", "<", stop),
                ],
                ["ticket_id"],
                ["duration:sum"],
            )
        )
        return self.create(
            [
                {
                    "period_id": period.id,
                    "hours": hours.get(ticket, 0.0),
                    "closed_on": ticket in closed
                    and utc.localize(ticket.closed_at).astimezone(zone).date(),
                    "trip_cost": trips.get(ticket.id, 0.0),
                    **self._prepare_work(ticket),
                    **self._prepare_amounts(
                        company.currency_id,
                        amounts.get(ticket.id, {}),
                        billed.get(ticket.id, 0.0),
                        still_open.get(ticket.id, 0.0),
                    ),
                }
                for ticket in tickets
            ]
        )

    @api.model
    def _prepare_work(self, ticket):
        """Return who did what on a ticket, in words."""
        agreed = ticket.line_ids.filtered(lambda line: line.approval == "approved")
        jobs = agreed.filtered(lambda line: line.line_type == "operation")
        parts = agreed - jobs
        return {
            "ticket_id": ticket.id,
            "partner_id": ticket.partner_id.id,
            "advisor_id": ticket.advisor_id.id,
            "technician_id": ticket.technician_id.id,
            "job": "; ".join(jobs.mapped("name")) or ticket.complaint,
            "parts": "; ".join(f"{line.name} × {line.quantity:g}" for line in parts),
        }

    @api.model
    def _prepare_amounts(self, currency, amounts, billed, still_open):
        """Return the amounts of a line, from those of its categories."""
        untaxed = sum(amounts.get(key, 0.0) for key in SHEET)
        return {
            "amount_labour": amounts.get("labour", 0.0),
            "amount_parts": amounts.get("parts", 0.0),
            "amount_other": currency.round(
                amounts.get("old_part", 0.0) + amounts.get("other", 0.0)
            ),
            "amount_untaxed": currency.round(untaxed),
            "amount_total": billed,
            "amount_paid": currency.round(billed - still_open),
            "amount_open": still_open,
        }

    @api.model
    def _get_billed(self, company, first, last):
        """Return what was billed in a month, and what of it was open at its end.

        :return: two dicts of id of a ticket -> amount with tax
        """
        moves = self.env["account.move"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("aftersales_ticket_id", "!=", False),
                ("move_type", "in", SALES),
                ("state", "=", "posted"),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            ["aftersales_ticket_id", "amount_total_signed"],
        )
        billed, still_open = {}, {}
        for move in moves:
            ticket = move.aftersales_ticket_id.id
            billed[ticket] = billed.get(ticket, 0.0) + move.amount_total_signed
        ids = set(moves.ids)
        for row in self.env["aftersales.receivable"]._get_open(company, last):
            if row["move_id"] in ids:
                ticket = row["ticket_id"]
                still_open[ticket] = (
                    still_open.get(ticket, 0.0) + row["amount_residual"]
                )
        rounded = company.currency_id.round
        return (
            {ticket: rounded(amount) for ticket, amount in billed.items()},
            {ticket: rounded(amount) for ticket, amount in still_open.items()},
        )

    @api.model
    def _get_trip_costs(self, company, first, last):
        """Return what was booked in a month for trips and parcels of tickets.

        :return: dict of id of a ticket -> cost
        """
        groups = self.env["account.analytic.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("aftersales_ticket_id", "!=", False),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            ["aftersales_ticket_id"],
            ["amount:sum"],
        )
        return {
            ticket.id: company.currency_id.round(-amount) for ticket, amount in groups
        }

    @api.readonly
    def action_view_ticket(self):
        """Open the ticket of this line."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()
