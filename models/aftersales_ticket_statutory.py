from datetime import timedelta
from math import ceil

from odoo import fields, models

DAY = timedelta(days=1)


class AftersalesTicket(models.Model):
    """A ticket that moves on changes what the law counts (R-BEY-04)."""

    _inherit = "aftersales.ticket"

    statutory_state = fields.Selection(related="vehicle_id.statutory_state")

    def _get_statutory_lines(self):
        """Return the agreed warranty work that is nobody's own doing."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: (
                line.payer == "warranty"
                and line.approval == "approved"
                and not line.human_caused
            )
        )

    def _is_severe(self):
        """Return whether one of the faults is severe by law."""
        self.ensure_one()
        return any(self.fault_code_ids.mapped("is_severe"))

    def _get_repair_days(self):
        """Return the days the vehicle was in for repair, each begun one counted."""
        self.ensure_one()
        start = self.arrived_at or self.started_at or self.reported_at
        end = self.ready_at or self.delivered_at or fields.Datetime.now()
        return max(ceil((end - start) / DAY), 1)

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        self.vehicle_id._recount_statutory()
        return result
