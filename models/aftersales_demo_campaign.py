from datetime import timedelta

from odoo import Command, api, fields, models

from .aftersales_demo_warranty import HOWL, MOTOR


class AftersalesDemo(models.AbstractModel):
    """A recall, and a car whose concern came back: the law counts its repairs."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_campaign(self):
        """Play a recall of the cars and a comeback. Called once, by the demo data,
        after the claims."""
        self._play_comeback()
        campaign = self._release_recall()
        rows = {row.vehicle_id: row for row in campaign.vehicle_ids}
        advisor, quality = self._user("advisor"), self._user("quality")

        def row_of(number):
            return rows[self.env.ref(f"aftersales.demo_vehicle_{number}")]

        self._mend_recalled(45)
        row_of(40).with_user(advisor).action_told()
        row_of(42).with_user(advisor).action_told()
        elsewhere = row_of(43).with_user(quality)
        elsewhere.note = self.env._("Done by Eastgate Dealers in Hangzhou")
        elsewhere.action_done_elsewhere()
        exempt = row_of(41).with_user(quality)
        exempt.note = self.env._("Has the new fuse from the factory")
        exempt.action_exempt()

    def _release_recall(self):
        """Return a running recall of the maker, prepared by one, released by another"""
        campaign = (
            self.env["aftersales.campaign"]
            .with_user(self._user("quality"))
            .create(
                {
                    "name": "Main fuse may not open",
                    "code": "HD26-R02",
                    "kind": "recall",
                    "authority_number": "S2026M0114",
                    "is_safety": True,
                    "defect": "The main fuse may not open in a short circuit; the "
                    "battery may catch fire.",
                    "remedy": "The main fuse is replaced by one of the new kind.",
                    "provider_id": self.env.ref("aftersales.demo_partner_maker").id,
                    # Begun for whoever reads it, wherever it is tomorrow already.
                    "date_start": fields.Date.context_today(self) - timedelta(days=1),
                    "model_ids": [
                        Command.set(self.env.ref("aftersales.demo_model_c1").ids)
                    ],
                    "line_ids": [
                        Command.create(
                            {"product_id": self.env.ref(f"aftersales.{xmlid}").id}
                        )
                        for xmlid in ("demo_part_fuse", "demo_operation_fuse")
                    ],
                }
            )
        )
        campaign.with_user(self._user("manager")).action_release()
        return campaign

    def _mend_recalled(self, number):
        """Let the recalled car ``number`` come in, and leave with the new fuse."""
        ticket = self._play(
            number, 1, "Called in by letter", "diagnose", ticket_type="recall"
        )
        ticket.action_add_campaigns()
        for step in ("quote", "approve", "start", "request", "release", "issue"):
            getattr(self, f"_step_{step}")(ticket, (), {})
        for step in ("finish", "inspect"):
            getattr(self, f"_step_{step}")(ticket, (), {})
        self._bring_claim(ticket, "submitted")
        for step in ("invoice", "deliver"):
            getattr(self, f"_step_{step}")(ticket, (), {})

    def _play_comeback(self):
        """Let the first claimed car leave, and come back with the same concern."""
        car = self.env.ref("aftersales.demo_vehicle_38")
        finished = self.env["aftersales.ticket"].search(
            [("vehicle_id", "=", car.id)], limit=1
        )
        self._take_over(finished)
        self._step_deliver(finished, (), {})
        self._back_date(finished, 11)
        ticket = self._play(
            38,
            2,
            HOWL,
            "finish",
            lines=MOTOR,
            faults=("demo_fault_drive_bearing",),
            evidence=self.env._("The new motor's bearing, too: seal pressed in askew"),
            maker="demo_partner_maker",
        )
        judge = ticket.with_user(self._user("quality"))
        judge.action_take_comeback()
        judge.action_comeback_part()
