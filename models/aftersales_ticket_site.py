from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of


class AftersalesTicket(models.Model):
    """The repair record that the customer signs on site (R-WORK-10)."""

    _inherit = "aftersales.ticket"

    site_record_ids = fields.One2many(
        "aftersales.site.record",
        "ticket_id",
        string="Site Repair Records",
        copy=False,
    )
    site_record_id = fields.Many2one(
        "aftersales.site.record", compute="_compute_site_record_id"
    )
    site_record_state = fields.Selection(
        selection=choices_of("aftersales.site.record", "state"),
        string="Site repair record",
        compute="_compute_site_record_id",
    )

    @api.depends("site_record_ids.state")
    def _compute_site_record_id(self):
        for ticket in self:
            ticket.site_record_id = ticket.site_record_ids[:1]
            ticket.site_record_state = ticket.site_record_id.state

    def action_site_record(self):
        """Open the site repair record of this visit; begin it if there is none (F28).

        :raises UserError: when the ticket is no visit, or the work has not begun
        :return: the action that opens it
        """
        self.ensure_one()
        record = self.site_record_ids
        if not record:
            self._check_role("technician", "advisor")
            if self.service_mode != "onsite":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not a visit on site.", ticket=self.name
                    )
                )
            self._check_state("in_progress", "ready")
            record = self.env["aftersales.site.record"].create(
                self._prepare_site_record_vals()
            )
        return record._get_records_action()

    def _prepare_site_record_vals(self):
        """Return the values of a new site record, as far as the ticket knows them."""
        self.ensure_one()
        parts = self._get_parts_fitted()
        return {
            "ticket_id": self.id,
            "technician_id": self.technician_id.id or self.env.uid,
            "repaired_from": self.started_at,
            "repaired_to": self.finished_at or fields.Datetime.now(),
            "symptom": self.complaint,
            "process": self.correction,
            "parts_replaced": parts,
            "signed_by": (self.contact_id or self.partner_id).name,
        }

    def _get_parts_fitted(self):
        """Return the parts of this ticket that were issued and kept, a line each."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.line_type == "part" and line.approval == "approved"
        )
        texts = []
        for line in lines:
            quantity = line.quantity
            if line._is_own_part():
                quantity = line.qty_issued - line.qty_returned
            if line.product_uom_id.compare(quantity, 0) > 0:
                texts.append(
                    self.env._(
                        "%(quantity)g × %(part)s", quantity=quantity, part=line.name
                    )
                )
        return "\n".join(texts)

    def _check_before_deliver(self):
        result = super()._check_before_deliver()
        for ticket in self:
            if (
                ticket.service_mode == "onsite"
                and ticket.company_id.aftersales_site_record_required
                and ticket.site_record_id.state != "signed"
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the customer has not signed the site "
                        "repair record. Use Site record.",
                        ticket=ticket.name,
                    )
                )
        return result
