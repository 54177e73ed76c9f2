from odoo import Command, api, models


class AftersalesDemo(models.AbstractModel):
    """What customers put off, and what changes after they have agreed."""

    _inherit = "aftersales.demo"

    def _step_approve(self, ticket, lines, options):
        # What the customer ticks on his page before he signs.
        for xmlid in options.get("defer", ()):
            line = ticket.line_ids.filtered(
                lambda line, xmlid=xmlid: (
                    line.product_id == self.env.ref(f"aftersales.{xmlid}")
                )
            )
            # sudo: the customer's own page works so
            order = line.sudo().sale_line_id.order_id
            reason = self.env.ref("aftersales.decline_reason_budget")
            order._aftersales_choose(line.id, "defer", reason.id)
        return super()._step_approve(ticket, lines, options)

    @api.model
    def _fill_estimates(self):
        """Let one agreed ticket wait for the customer's answer to a revision, and one
        price be asked of the specialist.

        Called once, by the demo data, after the tickets have been played.
        """
        advisor = self._user("advisor")
        tickets = self.env["aftersales.ticket"].with_user(advisor)
        pads = self.env.ref("aftersales.demo_part_pads")
        agreed = tickets.search(
            [
                ("vehicle_id", "=", self.env.ref("aftersales.demo_vehicle_06").id),
                ("state", "=", "approved"),
            ],
            limit=1,
        )
        line = agreed.line_ids.filtered(lambda line: line.product_id == pads)[:1]
        if line and not agreed.on_hold_reason:
            revision = self.env["aftersales.estimate.revision"].with_user(advisor)
            revision.create(
                {
                    "ticket_id": agreed.id,
                    "reason": self.env._("The pads of the rear axle are worn, too"),
                    "line_ids": [
                        Command.create(
                            {"line_id": line.id, "new_quantity": 2 * line.quantity}
                        )
                    ],
                }
            ).action_send()
        asked = tickets.search(
            [
                ("vehicle_id", "=", self.env.ref("aftersales.demo_vehicle_03").id),
                ("state", "=", "diagnosed"),
            ],
            limit=1,
        )
        if asked:
            pump = (
                self.env["aftersales.ticket.line"]
                .with_user(advisor)
                .create(
                    {
                        "ticket_id": asked.id,
                        "product_id": self.env.ref("aftersales.demo_part_pump").id,
                    }
                )
            )
            self.env["aftersales.price.consultation"].with_user(advisor).create(
                {
                    "ticket_id": asked.id,
                    "line_id": pump.id,
                    "specialist_id": self._user("technician").id,
                    "question": self.env._("What would a rebuilt pump cost?"),
                }
            )
