from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesTicket(models.Model):
    """Work put off on earlier visits: announced, and taken over (R-BEY-07)."""

    _inherit = "aftersales.ticket"

    deferred_line_ids = fields.Many2many(
        "aftersales.ticket.line",
        string="Put Off Earlier",
        compute="_compute_deferred_line_ids",
        help="Work on this vehicle that was put off and is on no other ticket yet.",
    )

    @api.depends("vehicle_id")
    def _compute_deferred_line_ids(self):
        # As the reader: who may not see the earlier ticket is told nothing of it.
        found = self.env["aftersales.ticket.line"].search(
            self._get_deferred_domain(), order="is_safety DESC, id"
        )
        by_vehicle = found.grouped(lambda line: line.ticket_id.vehicle_id)
        for ticket in self:
            lines = by_vehicle.get(ticket.vehicle_id, found.browse())
            ticket.deferred_line_ids = lines.filtered(
                lambda line, ticket=ticket: (
                    line.ticket_id != ticket._origin
                    and line.company_id == ticket.company_id
                )
            )

    def _get_deferred_domain(self):
        return [
            ("ticket_id.vehicle_id", "in", self.vehicle_id.ids),
            ("approval", "=", "deferred"),
            ("returned_line_ids", "=", False),
        ]

    def action_take_over_deferred(self):
        """Put the work of earlier visits on this estimate (R-BEY-07).

        At its old price where that still holds for this customer, else at today's.
        Two people at two tickets cannot take the same work over twice.

        :raises UserError: when nothing was put off, or the work is finished
        """
        self._check_role("advisor")
        self._check_state("new", "assigned", "diagnosed", "quoted", *ADDITIONAL_STATES)
        for ticket in self:
            lines = ticket.deferred_line_ids
            if not lines:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: no work on this vehicle was put off.",
                        ticket=ticket.name,
                    )
                )
            # sudo: the link to the earlier line is not editable; role, state and
            # access to the lines are checked above
            ticket.line_ids.sudo().create(
                [line._prepare_return_vals(ticket) for line in lines]
            )
            ticket._message_log(
                body=self.env._(
                    "Taken over from earlier visits: %(lines)s",
                    lines=", ".join(lines.mapped("name")),
                )
            )
        self.invalidate_recordset(["deferred_line_ids"])
        return True

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "cancelled":
            # sudo: what was not agreed to can return on another ticket; the step is
            # checked
            self.sudo().line_ids.filtered(
                lambda line: line.deferred_from_id and line.approval != "approved"
            ).write({"deferred_from_id": False})
        return result

    def _update_vehicle_files(self):
        result = super()._update_vehicle_files()
        # See there: what was put off and is done now is left undone no longer.
        done = self.sudo().line_ids.filtered(
            lambda line: line.approval == "approved" and line.deferred_from_id
        )
        if not done:
            return result
        origins = {
            (line.deferred_from_id.ticket_id, line.deferred_from_id.name)
            for line in done
        }
        self.env["aftersales.vehicle.recommendation"].sudo().search(
            [
                ("ticket_id", "in", done.deferred_from_id.ticket_id.ids),
                ("state", "=", "open"),
            ]
        ).filtered(lambda known: (known.ticket_id, known.name) in origins).action_done()
        return result
