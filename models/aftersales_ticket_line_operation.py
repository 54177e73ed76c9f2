from odoo import fields, models

WORKSHOP_MODES = ("workshop", "factory", "onsite")


class AftersalesTicketLine(models.Model):
    """The job behind an agreed operation."""

    _inherit = "aftersales.ticket.line"

    operation_ids = fields.One2many("aftersales.operation", "line_id", string="Jobs")

    def _is_workshop_operation(self):
        """Return whether the line is an operation that somebody is dispatched to."""
        self.ensure_one()
        return (
            self.line_type == "operation"
            and self.ticket_id.service_mode in WORKSHOP_MODES
        )

    def _get_planned_hours(self):
        """Return the hours of work of this operation line (R-EST-08, R-EST-09).

        The product's standard hours, else the quantity when it is sold by the hour,
        else the company's default.
        """
        self.ensure_one()
        hours = self.product_id.aftersales_standard_hours
        if hours:
            return hours * self.quantity
        hour = self.env.ref("uom.product_uom_hour")
        if self.product_uom_id._has_common_reference(hour):
            return self.product_uom_id._compute_quantity(
                self.quantity, hour, round=False
            )
        return self.company_id.aftersales_default_hours

    def _approve(self, by, how, at=None):
        result = super()._approve(by, how, at)
        self.env["aftersales.operation"]._create_for_lines(
            self.filtered(lambda line: line.line_type == "operation")
        )
        return result

    def _decline(self, reason=None, by=None, how=None, at=None):
        result = super()._decline(reason=reason, by=by, how=how, at=at)
        self.operation_ids._cancel()
        return result

    def action_done(self):
        result = super().action_done()
        # sudo: the job of a line whose technician was checked by the step
        self.sudo().operation_ids._finish(fields.Datetime.now())
        return result
