from odoo import fields, models


class AftersalesTicket(models.Model):
    """Times of a ticket that were entered afterwards (R-BEY-18)."""

    _inherit = "aftersales.ticket"

    late_entry_ids = fields.One2many(
        "aftersales.late.entry", "ticket_id", string="Entered afterwards", copy=False
    )
    late_entry_count = fields.Integer(compute="_compute_late_entry_count")

    def _compute_late_entry_count(self):
        counts = dict(
            self.env["aftersales.late.entry"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.late_entry_count = counts.get(ticket._origin, 0)

    def _get_late_stamps(self):
        """Return the stamps whose true time may be entered afterwards, in their order.

        Those of the ticket's own way must not run backwards.

        :return: list of ``(key, record, field name, milestone or None, on the way)``
        """
        self.ensure_one()
        own = (
            ("called_back_at", "called_back", False),
            ("diagnosed_at", "solution", True),
            ("consent_at", None, True),
            ("taken_over_at", None, False),
            ("departed_at", None, True),
            ("arrived_at", "arrived", True),
            ("started_at", "started", True),
            ("finished_at", "fixed", True),
            ("inspected_at", None, True),
            ("ready_at", "ready", True),
            ("delivered_at", "delivered", True),
            ("technician_closed_at", None, True),
            ("closed_at", "cs_closed", True),
        )
        stamps = [
            (f"reception.{name}", self.reception_id, name, None, False)
            for name in ("received_at", "washed_at")
        ]
        stamps += [(name, self, name, milestone, way) for name, milestone, way in own]
        stamps += [
            (f"handover.{name}", self.handover_ids[:1], name, None, False)
            for name in ("handed_over_at",)
        ]
        return [stamp for stamp in stamps if stamp[1] and stamp[1][stamp[2]]]

    def action_late_entries(self):
        """Open what was entered afterwards on this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.late_entry_action"
        )
        action.update(domain=[("ticket_id", "=", self.id)], context={})
        return action
