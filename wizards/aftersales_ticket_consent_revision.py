from odoo import fields, models


class AftersalesTicketConsent(models.TransientModel):
    """The answer to a revision, given by phone or at the counter (R-SIGN-05)."""

    _inherit = "aftersales.ticket.consent"

    kind = fields.Selection(
        selection_add=[("revision", "Revision")], ondelete={"revision": "cascade"}
    )
    revision_id = fields.Many2one("aftersales.estimate.revision", readonly=True)

    def action_confirm(self):
        """Record the consent; to a revision, its content is taken over."""
        self.ensure_one()
        if self.kind != "revision":
            return super().action_confirm()
        revision = self._check_revision()
        revision._agree(self.name, self._get_how(), self.given_at)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Record that the payer does not agree to the revision."""
        self.ensure_one()
        revision = self._check_revision()
        revision._refuse(self.name, self._get_how(), self.given_at)
        return {"type": "ir.actions.act_window_close"}

    def _check_revision(self):
        """Return the revision to answer, which this user may record.

        :raises UserError: when nobody outside is asked
        """
        revision = self.revision_id
        revision.ticket_id._check_role("advisor")
        revision._check_asked_outside()
        return revision

    def _get_how(self):
        return dict(self._fields["how"]._description_selection(self.env))[self.how]
