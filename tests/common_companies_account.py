from odoo import fields


class AccountRows:
    """Rows of accounts, statistics and profit shares in another company."""

    def _special_aftersales_account_item(self):
        self._make("aftersales.receivable")
        return self._report_row("aftersales.account.item")

    def _special_aftersales_account_period(self):
        return {"date_from": "2025-10-01", "date_to": "2025-10-31"}

    def _special_aftersales_service_cost_report(self):
        # Made beside the books: a part of theirs that left at a value.
        move = self._make("stock.move")
        line = self._make("aftersales.ticket.line")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET state = 'done', value = 5, aftersales_line_id = %s"
            " WHERE id = %s",
            (line.id, move.id),
        )
        self.env.invalidate_all()
        return self._report_row("aftersales.service.cost.report")

    def _special_aftersales_profit_share(self):
        year = self.theirs["aftersales.account.period"].create(
            {
                "company_id": self.other.id,
                "kind": "year",
                "date_from": "2024-01-01",
                "date_to": "2024-12-31",
            }
        )
        now = fields.Datetime.now()
        year.write(
            {
                "state": "closed",
                "submitted_by_id": self.both.id,
                "submitted_at": now,
                "closed_by_id": self.their_manager.id,
                "closed_at": now,
            }
        )
        return {"period_id": year.id}
