from odoo import models


class AftersalesDeduction(models.Model):
    """What the slip says besides the figures (F49)."""

    _inherit = "aftersales.deduction"

    def _get_days_beyond(self):
        """Return for how many days it was open beyond the limit: when it was held back,
        else up to today."""
        self.ensure_one()
        # sudo: the date of the entry, on the slip of who may read the deduction
        day = self.sudo().entry_id.date or self._get_today(self.company_id)
        return max((day - self.overdue_since).days + 1, 0)

    def _get_refund_words(self):
        """Return what the employee may rely on once the customer pays (R-PAY-05)."""
        self.ensure_one()
        policies = self.env["aftersales.policy"]
        policy = policies._get_document_policy("deduction_refund", self.company_id)
        limit = policy.deadline_line_ids.filtered(
            lambda row: row.milestone == "deduction_refunded" and row.unit != "none"
        )[:1]
        if not limit:
            return self.env._("When the customer pays, his payment is given back.")
        units = dict(limit._fields["unit"]._description_selection(self.env))
        return self.env._(
            "When the customer pays, his payment is given back within %(number)s "
            "%(unit)s.",
            number=f"{limit.duration:g}",
            unit=units[limit.unit].lower(),
        )
