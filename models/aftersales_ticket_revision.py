from odoo import api, fields, models

from .aftersales_estimate_revision import OPEN_STATES


class AftersalesTicket(models.Model):
    """Revisions of what was agreed on a ticket (R-SIGN-02, R-BEY-06)."""

    _inherit = "aftersales.ticket"

    revision_ids = fields.One2many("aftersales.estimate.revision", "ticket_id")
    revision_count = fields.Integer(
        "Revisions", compute="_compute_revision_count", compute_sudo=True
    )
    revision_open_count = fields.Integer(
        compute="_compute_revision_count",
        compute_sudo=True,
        help="Revisions that nobody has answered yet.",
    )

    @api.depends("revision_ids.state")
    def _compute_revision_count(self):
        for ticket in self:
            ticket.revision_count = len(ticket.revision_ids)
            ticket.revision_open_count = len(
                ticket.revision_ids.filtered(lambda r: r.state in OPEN_STATES)
            )

    def _get_revision_number(self, payer="customer"):
        """Return the number of the revision in force for ``payer``; 0: the first
        estimate stands."""
        self.ensure_one()
        agreed = self.revision_ids.filtered(
            lambda r: r.payer == payer and r.state == "approved"
        )
        return max(agreed.mapped("number"), default=0)

    def action_revise(self):
        """Open the revision that is being made, else a new one."""
        self.ensure_one()
        self._check_role("advisor")
        self._check_state("approved", "in_progress", "inspection")
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Revision of the Estimate"),
            "res_model": "aftersales.estimate.revision",
            "view_mode": "form",
            "context": {"default_ticket_id": self.id},
        }
        draft = self.revision_ids.filtered(lambda r: r.state == "draft")[:1]
        if draft:
            action["res_id"] = draft.id
        return action

    def action_view_revisions(self):
        """Open the revisions of the ticket (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.estimate_revision_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"default_ticket_id": self.id}
        return action

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new in ("ready", "cancelled"):
            # sudo: nothing changes any more on a finished ticket; the step is checked
            self.sudo().revision_ids.filtered(lambda r: r.state in OPEN_STATES).write(
                {"state": "cancelled"}
            )
        return result
