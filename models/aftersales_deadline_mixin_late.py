from odoo import models

from ..tools.business_time import Clocks
from .aftersales_deadline_mixin_life import IMPLIED


class AftersalesDeadlineMixin(models.AbstractModel):
    """Deadlines by true times that were entered afterwards (R-BEY-18)."""

    _inherit = "aftersales.deadline.mixin"

    def _deadline_correct(self, milestone, recorded, at):
        """State that ``milestone`` was reached at ``at``, not when it was recorded.

        What the step closed with it is corrected, too; what began with it is counted
        anew. Rows on hold stay: their clock stands still.

        :param recorded: the moment that was recorded, naive UTC
        :param at: the true moment
        """
        clocks = Clocks()
        writes = []
        for row in self._deadline_rows("met", "late", "running"):
            vals = {}
            if row.wait_milestone == milestone and row.start:
                vals = row._prepare_run_vals(at, clocks)
                if row.reached:
                    vals = {name: vals[name] for name in ("start", "due", "warning_at")}
            reached = row.reached
            if row.milestone == milestone or (
                row.milestone in IMPLIED[milestone] and reached == recorded
            ):
                reached = vals["reached"] = at
            if vals and reached:
                due = vals.get("due", row.due)
                vals["state"] = "late" if due and reached > due else "met"
            if vals:
                writes.append((row, vals))
        self._deadline_write(writes)
