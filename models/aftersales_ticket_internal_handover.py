from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of


class AftersalesTicket(models.Model):
    """Nothing goes to the customer before the adviser has it from the inspector."""

    _inherit = "aftersales.ticket"

    internal_handover_ids = fields.One2many(
        "aftersales.internal.handover", "ticket_id", string="Internal Handovers"
    )
    internal_handover_state = fields.Selection(
        selection=choices_of("aftersales.internal.handover", "state"),
        string="Internal handover",
        compute="_compute_internal_handover_state",
    )

    @api.depends("internal_handover_ids.state")
    def _compute_internal_handover_state(self):
        for ticket in self:
            ticket.internal_handover_state = ticket.internal_handover_ids[:1].state

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if old == "inspection" and new == "ready":
            # sudo: nobody begins one by hand; the inspector has passed the work
            self.env["aftersales.internal.handover"].sudo().create(
                [
                    ticket._prepare_internal_handover_vals()
                    for ticket in self
                    if not ticket.internal_handover_ids
                ]
            )
        return result

    def _prepare_internal_handover_vals(self):
        """Return the values of the handover from the inspector to the adviser."""
        self.ensure_one()
        bays = self.env["aftersales.bay"].search(
            [("kind", "=", "finished"), ("company_id", "=", self.company_id.id)],
            limit=2,
        )
        return {
            "ticket_id": self.id,
            "explanation": self.correction,
            # One bay is no choice.
            "bay_id": len(bays) == 1 and bays.id,
        }

    def action_internal_handover(self):
        """Open the internal handover of this ticket."""
        self.ensure_one()
        return self.internal_handover_ids[:1]._get_records_action()

    def action_hand_over(self):
        """Open the handover to the customer, after the internal one (R-QC-08)."""
        self._check_role("advisor")
        if self.state == "ready":
            self._check_internal_handover()
        return super().action_hand_over()

    def _prepare_handover_vals(self):
        vals = super()._prepare_handover_vals()
        if self.internal_handover_ids.cleaned_at:
            vals["cleaned"] = True
        return vals

    def _check_before_deliver(self):
        result = super()._check_before_deliver()
        self._check_internal_handover()
        return result

    def _check_internal_handover(self):
        """Raise UserError while the adviser has not taken the vehicle over."""
        for ticket in self:
            handover = ticket.internal_handover_ids
            if (
                handover
                and handover.state != "taken"
                and ticket.company_id.aftersales_internal_handover_required
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the adviser has not taken the vehicle over "
                        "from the inspector. Use Internal handover.",
                        ticket=ticket.name,
                    )
                )
