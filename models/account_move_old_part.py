from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Invoices and credit notes of old parts follow from the old parts alone."""

    _inherit = "account.move"

    aftersales_is_old_part = fields.Boolean(
        "Charge of Old Parts",
        compute="_compute_aftersales_is_old_part",
        help="Charges new parts under warranty until their old parts are in, or takes "
        "that back (R-WAR-05).",
    )

    @api.depends(
        "invoice_line_ids.aftersales_charged_part_id",
        "invoice_line_ids.aftersales_credited_part_id",
    )
    def _compute_aftersales_is_old_part(self):
        for move in self:
            lines = move.invoice_line_ids
            move.aftersales_is_old_part = bool(
                lines.aftersales_charged_part_id or lines.aftersales_credited_part_id
            )

    def _aftersales_check_old_part(self):
        """Refuse to alter by hand what an old part is charged or credited.

        :raises UserError: naming the invoice and what to do instead
        """
        if self.env.su:
            return
        for move in self:
            if move.aftersales_is_old_part:
                raise UserError(
                    self.env._(
                        "%(invoice)s charges old parts until they are in. Receive or "
                        "waive the old part (After-Sales, Parts, Old Parts): the "
                        "charge is then taken back by itself.",
                        invoice=move.display_name,
                    )
                )

    def button_draft(self):
        """Reset to draft, but never what old parts are charged (R-WAR-05)."""
        self._aftersales_check_old_part()
        return super().button_draft()

    def button_cancel(self):
        """Cancel, but never what old parts are charged (R-WAR-05)."""
        self._aftersales_check_old_part()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._aftersales_check_old_part()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def unlink(self):
        self._aftersales_check_old_part()
        return super().unlink()

    def _aftersales_net_deposits(self):
        # A deposit is for the repair, not for a part that is still to come back.
        return super(
            AccountMove, self.filtered(lambda move: not move.aftersales_is_old_part)
        )._aftersales_net_deposits()
