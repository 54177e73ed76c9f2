from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

KM_PER_MILE = 1.609344


class AftersalesTicket(models.Model):
    """The quality guarantee on finished work (R-QC-06, F25)."""

    _inherit = "aftersales.ticket"

    def action_print_guarantee(self):
        """Print the quality guarantee cards of passed work (R-QC-06).

        :raises UserError: while the work has not passed
        """
        for ticket in self:
            if ticket.state not in ("ready", "delivered", "closed"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the guarantee is given on work that has "
                        "passed the inspection.",
                        ticket=ticket.name,
                    )
                )
        return self.env.ref("aftersales.action_report_guarantee_card").report_action(
            self
        )

    def _get_report_guarantee(self):
        """Return what the station answers for, and how long (R-QC-06).

        Parts that the customer brought, and others without guarantee, are left out.

        :return: list of dicts ``line``, ``days``, ``distance`` (in the unit of the
            vehicle), ``until`` (date), ``odometer`` (False without a reading)
        """
        self.ensure_one()
        company = self.company_id.sudo()
        start = fields.Datetime.context_timestamp(
            self, self.delivered_at or self.ready_at or fields.Datetime.now()
        ).date()
        mile = self.odometer_unit == "mi"
        rows = []
        for line in self._get_guarantee_lines().filtered(
            lambda line: not line.no_guarantee
        ):
            kind = line.product_id.aftersales_guarantee_class or "other"
            days = company[f"aftersales_guarantee_{kind}_days"]
            distance = company[f"aftersales_guarantee_{kind}_km"]
            if mile:
                distance = round(distance / KM_PER_MILE)
            rows.append(
                {
                    "line": line,
                    "days": days,
                    "distance": distance,
                    "until": start + timedelta(days=days),
                    "odometer": self.odometer and self.odometer + distance,
                }
            )
        return rows

    def _get_report_no_guarantee(self):
        """Return the lines that the station does not answer for (R-EST-03)."""
        self.ensure_one()
        return self._get_guarantee_lines().filtered("no_guarantee")

    def _get_guarantee_lines(self):
        """Return the work done and the parts fitted."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: (
                line.approval == "approved"
                and (line.line_type == "part" or line.is_done)
            )
        )
