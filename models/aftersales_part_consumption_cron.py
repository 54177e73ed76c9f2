import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class AftersalesTicketLine(models.Model):
    _inherit = "aftersales.ticket.line"

    consumption_told = fields.Float(
        "Told to Purchasing",
        readonly=True,
        copy=False,
        help="How much of the part, in its own unit, Purchasing has been told of.",
    )
    consumption_line_ids = fields.One2many(
        "aftersales.part.consumption.line", "ticket_line_id", string="Consumption told"
    )


class AftersalesPartConsumption(models.Model):
    """Purchasing is told every day, whatever happens to the scheduled action."""

    _inherit = "aftersales.part.consumption"

    @api.model
    def _cron_tell_consumption(self):
        """Tell Purchasing what completed services have used (R-PART-10, R-STK-04).

        Run as often as you like: only what has not been told is told. Today's services
        are told from the company's hour on, those of a day that was missed at once.
        Each company is committed; killed in between, nothing is lost or told twice.
        """
        companies = self.env["res.company"].search(
            [("aftersales_consumption_report", "=", True)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    self.with_company(company)._tell_company(company)
                    self.env.flush_all()
            except Exception:
                # One company must not keep the others from being told.
                self.env.invalidate_all(flush=False)
                _logger.exception("Parts consumption of %s is not told", company.name)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _tell_company(self, company):
        """Tell what ``company`` has used and not told yet, day by day.

        :return: the reports that grew
        """
        now = fields.Datetime.now()
        local = company._aftersales_local(now)
        today = local.date()
        due_today = (
            local.hour + local.minute / 60 >= company.aftersales_consumption_hour
        )
        untold = self._get_untold(company)
        lines = self.env["aftersales.ticket.line"].browse(untold)
        # Somebody else who tells them at this moment: they are told then.
        lines = lines.try_lock_for_update()
        days = defaultdict(list)
        for line in lines.sorted("id"):
            difference, told, completed = untold[line.id]
            # What was told before is put right today, not on the day it was completed.
            day = today if told else company._aftersales_local(completed).date()
            if day < today or due_today:
                days[min(day, today)].append((line, difference))
        reports = self.browse()
        for day, entries in sorted(days.items(), key=lambda item: item[0]):
            reports |= self._tell_day(company, day, entries)
        return reports

    @api.model
    def _tell_day(self, company, day, entries):
        """Add ``entries`` to the report of ``day``, and tell Purchasing.

        :param entries: list of ``(ticket line, quantity in the part's own unit)``
        """
        report = self.search([("company_id", "=", company.id), ("date", "=", day)])
        if not report:
            report = self.create({"company_id": company.id, "date": day})
        self.env["aftersales.part.consumption.line"].create(
            [
                {
                    "report_id": report.id,
                    "ticket_line_id": line.id,
                    "quantity": quantity,
                    "value": quantity
                    * line.product_id.with_company(company).standard_price,
                }
                for line, quantity in entries
            ]
        )
        for line, quantity in entries:
            line.consumption_told += quantity
        report._tell(len(entries))
        return report

    @api.model
    def _get_untold(self, company):
        """Return what completed services have used and nobody has told.

        :return: dict of ticket line id -> (quantity in the part's own unit, whether
            something of it was told before, when the service was completed)
        """
        self.env.flush_all()
        since = self._get_since()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, coalesce(used.quantity, 0) - line.told,
                       line.was_told, line.completed_at
                  FROM (
                        SELECT line.id, coalesce(line.consumption_told, 0) AS told,
                               EXISTS(
                                   SELECT FROM aftersales_part_consumption_line item
                                    WHERE item.ticket_line_id = line.id) AS was_told,
                               coalesce(ticket.ready_at, ticket.delivered_at,
                                        ticket.closed_at) AS completed_at
                          FROM aftersales_ticket_line line
                          JOIN aftersales_ticket ticket ON ticket.id = line.ticket_id
                         WHERE ticket.company_id = %(company)s
                               AND ticket.state IN ('ready', 'delivered', 'closed')
                               AND line.line_type = 'part'
                               AND (coalesce(ticket.ready_at, ticket.delivered_at,
                                             ticket.closed_at) >= %(since)s
                                    OR EXISTS(
                                       SELECT FROM stock_move move
                                        WHERE move.aftersales_line_id = line.id
                                              AND move.state = 'done'
                                              AND move.date >= %(since)s))
                       ) line
                  LEFT JOIN LATERAL (
                        SELECT sum(CASE picking.aftersales_kind WHEN 'issue'
                                   THEN item.quantity_product_uom
                                   ELSE -item.quantity_product_uom END) AS quantity
                          FROM stock_move move
                          JOIN stock_picking picking ON picking.id = move.picking_id
                          JOIN stock_move_line item ON item.move_id = move.id
                         WHERE move.aftersales_line_id = line.id
                               AND move.state = 'done'
                               AND picking.aftersales_kind IN ('issue', 'return')
                       ) used ON TRUE
                 WHERE line.completed_at IS NOT NULL
                       AND abs(coalesce(used.quantity, 0) - line.told)
                           > 0.000001
                """,
                company=company.id,
                since=since,
            )
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}
