from datetime import timedelta

from odoo import fields

from .common import AftersalesCommon


class FollowupCommon(AftersalesCommon):
    """Tickets that have been delivered, and a clerk who calls back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_followup_user_id = cls.user_advisor
        cls.company.aftersales_followup_supervisor_id = cls.user_manager
        cls.rule_onsite = cls.env.ref("aftersales.followup_rule_onsite")
        cls.rule_workshop = cls.env.ref("aftersales.followup_rule_workshop")
        cls.rule_consulted = cls.env.ref("aftersales.followup_rule_consulted")
        cls.rule_second = cls.env.ref("aftersales.followup_rule_second")
        cls.cron = cls.env.ref("aftersales.ir_cron_open_followups")

    @classmethod
    def _delivered(cls, **vals):
        """Return a ticket whose vehicle has been handed over just now."""
        ticket = cls._ticket(**vals)
        ticket._set_state("delivered")
        return ticket

    @classmethod
    def _followup(cls, **vals):
        """Return the first follow-up of a ticket delivered just now."""
        return cls._delivered(**vals).followup_ids.with_user(cls.user_advisor)

    @classmethod
    def _followups(cls, count, **vals):
        """Return ``count`` open-able follow-ups of one ticket, without a rule."""
        now = fields.Datetime.now()
        ticket = cls._ticket()
        return cls.env["aftersales.followup"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "clerk_id": cls.user_advisor.id,
                    "window_start": now - timedelta(hours=1),
                    "window_end": now + timedelta(days=2),
                    **vals,
                }
                for __ in range(count)
            ]
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _activities(self, followups, xmlid="activity_followup"):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", followups._name),
                ("res_id", "in", followups.ids),
                ("activity_type_id", "=", self.env.ref(f"aftersales.{xmlid}").id),
            ]
        )
