from odoo import models

from .aftersales_ticket import FLOW

# All that a customer may read of a ticket, on whatever way he asks.
PORTAL_FIELDS = frozenset(
    (
        "id",
        "name",
        "display_name",
        "active",
        "company_id",
        "state",
        "ticket_type",
        "service_mode",
        "on_hold_reason",
        "partner_id",
        "contact_id",
        "vehicle_id",
        "odometer",
        "odometer_unit",
        "complaint",
        "correction",
        "reported_at",
        "planned_at",
        "promised_at",
        "ready_at",
        "delivered_at",
        "closed_at",
        "access_url",
        "access_warning",
        "create_date",
        "write_date",
        "website_message_ids",
        "message_partner_ids",
    )
)
# The way of a ticket in the customer's words: which states make one step.
PORTAL_STEPS = (
    ("new",),
    ("assigned", "diagnosed"),
    ("quoted",),
    ("approved", "in_progress", "inspection"),
    ("ready",),
    ("delivered", "closed"),
)


class AftersalesTicket(models.Model):
    """The ticket as its customer sees it."""

    _inherit = "aftersales.ticket"

    def _has_field_access(self, field, operation):
        # Asked for every field of every record read: what costs nothing comes first.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or (operation == "read" and field.name in PORTAL_FIELDS):
            return True
        return not self.env.user.share

    def _get_portal_step_labels(self):
        return (
            self.env._("Report received"),
            self.env._("Diagnosis"),
            self.env._("Estimate"),
            self.env._("Work"),
            self.env._("Ready"),
            self.env._("Handed over"),
        )

    def _get_portal_steps(self):
        """Return the steps of this ticket: (label, ``done``, ``now`` or ``next``)."""
        self.ensure_one()
        flow = FLOW[self.service_mode]
        if self.state not in flow:
            return []
        at = flow.index(self.state)
        steps = []
        for label, states in zip(
            self._get_portal_step_labels(), PORTAL_STEPS, strict=True
        ):
            places = [flow.index(state) for state in states if state in flow]
            if not places:
                continue
            if self.state in states:
                when = "now"
            else:
                when = "done" if max(places) < at else "next"
            steps.append((label, when))
        return steps

    def _get_portal_status(self):
        """Return the customer's word for where the ticket stands."""
        self.ensure_one()
        for label, states in zip(
            self._get_portal_step_labels(), PORTAL_STEPS, strict=True
        ):
            if self.state in states:
                return label
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
