from odoo import api, fields, models


class AftersalesTicket(models.Model):
    """Tickets that wait for parts are flagged (R-PART-20)."""

    _inherit = "aftersales.ticket"

    is_waiting_parts = fields.Boolean(
        "Waiting for parts",
        compute="_compute_waiting_parts",
        search="_search_is_waiting_parts",
        compute_sudo=True,
        help="An agreed part is neither handed out nor in stock.",
    )
    parts_expected_at = fields.Datetime(
        "Parts expected",
        compute="_compute_waiting_parts",
        compute_sudo=True,
        help="When the last missing part is expected; empty: nobody knows.",
    )

    @api.depends("line_ids.qty_short", "line_ids.expected_at")
    def _compute_waiting_parts(self):
        for ticket in self:
            short = ticket.line_ids.filtered("qty_short")
            dates = short.mapped("expected_at")
            ticket.is_waiting_parts = bool(short)
            ticket.parts_expected_at = max(dates) if short and all(dates) else False

    def _search_is_waiting_parts(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: what is short does not depend on who asks; the rules of tickets apply to
        # the search that this is part of
        lines = self.env["aftersales.ticket.line"].sudo()
        tickets = lines.search([("is_short", "=", True)]).ticket_id.ids
        return [("id", "in" if True in value else "not in", tickets)]
