from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTicketLine(models.Model):
    """Who answers for the money of a part that leaves unpaid (R-PART-04)."""

    _inherit = "aftersales.ticket.line"

    guarantor_id = fields.Many2one(
        "res.users",
        copy=False,
        domain=[("share", "=", False)],
        help="Who agreed to send the part before it is paid, and collects the money "
        "(R-PART-04).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_guarantor(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_guarantor(vals)
        if "guarantor_id" in vals:
            self._check_guarantor_bound(vals["guarantor_id"])
        return super().write(vals)

    def _check_guarantor(self, vals):
        """Raise UserError when somebody is named guarantor by another (R-PART-04)."""
        guarantor = vals.get("guarantor_id")
        if (
            guarantor
            and guarantor != self.env.uid
            and not self.env.su
            and not self.env.user.has_group("aftersales.group_aftersales_manager")
        ):
            raise UserError(
                self.env._(
                    "%(user)s has to agree to answer for the money: only he himself, "
                    "or a manager, can enter him as guarantor.",
                    user=self.env["res.users"].browse(guarantor).name,
                )
            )

    def _check_guarantor_bound(self, guarantor_id):
        """Keep the guarantor of parts that are asked for, or out, on his word.

        :raises UserError: naming line, guarantor and slip
        """
        # sudo: slips are read whatever the rights of who writes the line
        for line in self.sudo():
            if (guarantor_id or False) == line.guarantor_id.id:
                continue
            for slip in line.move_ids.picking_id:
                if (
                    slip.aftersales_kind != "issue"
                    or slip.aftersales_guarantor_id != line.guarantor_id
                    or not line.guarantor_id
                    or slip.state == "cancel"
                    or (slip.state == "done" and not line.qty_used)
                ):
                    continue
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: %(user)s answers for the "
                        "parts of slip %(slip)s. Cancel the slip or take the parts "
                        "back first.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                        user=line.guarantor_id.name,
                        slip=slip.name,
                    )
                )
