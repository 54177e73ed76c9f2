from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesInspection(models.Model):
    """The final inspection: by the qualified, after the self-check (R-QC-02)."""

    _inherit = "aftersales.inspection"

    rework_round = fields.Integer(
        readonly=True,
        copy=False,
        help="How often the work had been sent back when this sheet was begun.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        final = sheets.filtered(lambda sheet: sheet.kind == "final")
        for sheet in final:
            # sudo: the round is not entered by hand
            sheet.sudo().rework_round = sheet.ticket_id.rework_count
        if not self.env.su:
            final._check_final_state()
        return sheets

    def write(self, vals):
        self._check_final_writer()
        return super().write(vals)

    def action_done(self):
        """Finish the sheets; a final one by a qualified inspector only (R-QC-02).

        :raises UserError: for a final inspection, while the work is not finished and
            self-checked, or by somebody who is not qualified
        """
        final = self.filtered(lambda sheet: sheet.kind == "final")
        for sheet in final:
            sheet.ticket_id._check_inspector()
        final._check_final_state()
        return super().action_done()

    def _check_final_state(self):
        """Raise UserError unless the finished work waits for its inspection."""
        for sheet in self:
            if sheet.ticket_id.state != "inspection":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the final inspection follows the "
                        "technician's self-check and Work finished.",
                        ticket=sheet.ticket_id.name,
                    )
                )

    def _check_final_writer(self):
        """Raise AccessError where a final sheet is filled in by another role."""
        if self.env.su or self.env.user.has_group(
            "aftersales.group_aftersales_inspector"
        ):
            return
        for sheet in self:
            if sheet.kind == "final":
                raise AccessError(
                    self.env._(
                        "Check sheet %(sheet)s: the final inspection is the "
                        "inspector's to fill in.",
                        sheet=sheet.display_name,
                    )
                )
