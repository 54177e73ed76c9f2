from datetime import datetime, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools.date_utils import float_to_time


class ResPartner(models.Model):
    """What the customer said, in the customer's file (R-CUST-13, R-CUST-14)."""

    _inherit = "res.partner"

    aftersales_followup_ids = fields.One2many("aftersales.followup", "partner_id")
    aftersales_call_ids = fields.One2many("aftersales.call", "partner_id")
    aftersales_call_from = fields.Float(
        "Call From",
        groups="base.group_user",
        help="From when on the customer likes to be called, hour of the day.",
    )
    aftersales_call_to = fields.Float(
        "Call Until",
        groups="base.group_user",
        help="Until when the customer likes to be called; both 0: at any time.",
    )
    aftersales_followup_count = fields.Integer(
        compute="_compute_aftersales_contact_counts"
    )
    aftersales_call_count = fields.Integer(compute="_compute_aftersales_contact_counts")

    _aftersales_call_hours = models.Constraint(
        "CHECK((COALESCE(aftersales_call_from, 0) = 0 "
        "AND COALESCE(aftersales_call_to, 0) = 0) "
        "OR (aftersales_call_from >= 0 AND aftersales_call_to <= 24 "
        "AND aftersales_call_from < aftersales_call_to))",
        "The best time to call ends after it begins, within one day (0 to 24 h).",
    )

    @api.depends_context("uid")
    def _compute_aftersales_contact_counts(self):
        """Count the contacts with each customer and the people under it."""
        for model, fname in (
            ("aftersales.followup", "aftersales_followup_count"),
            ("aftersales.call", "aftersales_call_count"),
        ):
            totals = dict.fromkeys(self.ids, 0)
            if self.env[model].has_access("read"):
                groups = self.env[model]._read_group(
                    [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
                )
                for partner, count in groups:
                    # sudo: only to climb to the company above a contact
                    above = partner.sudo()
                    while above:
                        if above.id in totals:
                            totals[above.id] += count
                        above = above.parent_id
            for partner in self:
                partner[fname] = totals.get(partner._origin.id, 0)

    def _aftersales_get_designated_user(self):
        """Return who is designated to call this customer regularly (R-CUST-12)."""
        return (
            self.aftersales_designated_user_id
            or self.commercial_partner_id.aftersales_designated_user_id
        )

    def _aftersales_get_call_hours(self):
        """Return the hours in which this customer likes to be called, as floats: his
        own, else his company's; (0.0, 0.0): at any time (R-FU-09)."""
        self.ensure_one()
        # sudo: whoever plans a call may be a technician who sees the ticket only
        for partner in (self.sudo(), self.sudo().commercial_partner_id):
            if partner.aftersales_call_to:
                return partner.aftersales_call_from, partner.aftersales_call_to
        return 0.0, 0.0

    def _aftersales_get_tz(self, company):
        """Return the time zone in which this customer is called."""
        return timezone(
            self.sudo().tz or company.sudo().resource_calendar_id.tz or "UTC"
        )

    def _aftersales_next_call_time(self, start, end, company):
        """Return the first moment between ``start`` and ``end`` that suits the
        customer; ``start`` when none does (naive UTC; R-FU-09)."""
        begin, until = self._aftersales_get_call_hours() if self else (0.0, 0.0)
        if not until:
            return start
        zone = self._aftersales_get_tz(company)
        first = utc.localize(start).astimezone(zone).date()
        for days in range((end - start).days + 2):
            day = first + timedelta(days=days)
            opens = self._aftersales_to_utc(zone, day, begin)
            if opens < end and self._aftersales_to_utc(zone, day, until) > start:
                return max(opens, start)
        return start

    @api.model
    def _aftersales_to_utc(self, zone, day, hours):
        """Return hour ``hours`` (float, up to 24) of ``day`` in ``zone`` as UTC."""
        if hours >= 24:
            day, hours = day + timedelta(days=1), 0.0
        local = zone.localize(datetime.combine(day, float_to_time(hours)))
        return local.astimezone(utc).replace(tzinfo=None)

    def action_aftersales_view_followups(self):
        """Show the follow-ups of this customer and the people under it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.followup_action"
        )
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"create": False}
        return action

    def action_aftersales_view_calls(self):
        """Show the calls with this customer and the people under it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales.call_action")
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
