from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesHandover(models.Model):
    """Safety work of the estimate that the customer refused is signed for, too
    (R-SIGN-04, R-SETT-15)."""

    _inherit = "aftersales.handover"

    refused_line_ids = fields.Many2many(
        "aftersales.ticket.line",
        string="Refused on the estimate",
        compute="_compute_refused_line_ids",
        help="Safety work that the customer declined or put off.",
    )

    @api.depends("ticket_id.line_ids.approval", "ticket_id.line_ids.is_safety")
    def _compute_refused_line_ids(self):
        for handover in self:
            handover.refused_line_ids = handover.ticket_id.line_ids.filtered(
                lambda line: (
                    line.is_safety and line.approval in ("declined", "deferred")
                )
            )

    def _check_complete(self):
        result = super()._check_complete()
        if self.refused_line_ids and not (
            self.refusal_signature or self.refusal_on_paper
        ):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the customer refused safety work (%(work)s). "
                    "Let him sign for it, on the screen or on paper.",
                    ticket=self.ticket_id.name,
                    work=", ".join(self.refused_line_ids.mapped("name")),
                )
            )
        return result
