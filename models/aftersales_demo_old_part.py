from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

BINS = ("A-01", "A-02", "B-01")


class AftersalesDemo(models.AbstractModel):
    """What becomes of the old parts in the demo story."""

    _inherit = "aftersales.demo"

    def _bring_in(self, ticket):
        """Let the parts keeper receive the old parts of ``ticket``, each into a bin."""
        bins = self._get_bins(ticket.company_id)
        items = ticket.with_user(self._user("parts")).part_return_ids
        for number, item in enumerate(items.filtered(lambda row: row.state == "due")):
            item.bin_id = bins[(ticket.id + number) % len(bins)]
            item.fault_note = ticket.complaint
            item.action_receive()

    @api.model
    def _get_bins(self, company):
        """Return the bins of the zone for old parts, made once."""
        zone = company._get_aftersales_location("old_part")
        locations = self.env["stock.location"]
        bins = locations.search([("location_id", "=", zone.id)])
        return bins or locations.create(
            [
                {"name": name, "location_id": zone.id, "usage": "internal"}
                for name in BINS
            ]
        )

    @api.model
    def _fill_old_parts(self):
        """Play what follows in the zone, and report last month. Called once, by the
        demo data, after the claims."""
        quality = self._user("quality")
        self._scrap_own()
        self._owe_since_last_month()
        parts = self.env["aftersales.part.return"].with_user(quality)
        in_zone = parts.search(
            [
                ("custody_state", "=", "zone"),
                ("ticket_id.warranty_provider_id", "!=", False),
            ],
            order="id",
        )
        maker = self.env.ref("aftersales.demo_partner_maker")
        fates = (self._ship_old_part, self._ask_for_old_part, self._reuse_old_part)
        for item, fate in zip(in_zone, fates, strict=False):
            fate(item, maker)

    def _ship_old_part(self, item, maker):
        """The maker wanted to see it, and has it."""
        item._inspect("fault", self.env._("Winding burnt, bearing run dry"))
        item._ask_shipment(maker)
        carrier = self.env["res.partner"].create({"name": "Swift Courier"})
        item.with_user(self._user("parts"))._ship(carrier, "SF1047723655")

    def _ask_for_old_part(self, item, maker):
        """The maker wants to see it."""
        item._inspect("fault", self.env._("Two cells below 2.5 V"))
        item._ask_shipment(maker)

    def _reuse_old_part(self, item, maker):
        """Nothing is wrong with it; Finance has still to agree to its use."""
        item._inspect("no_trouble", self.env._("Runs on the test bench"))
        item._ask_disposal("reuse", self.env._("As new after cleaning"))

    def _scrap_own(self):
        """Scrap one of ours that was kept long enough, on Finance's signature; let
        another wait for the signature."""
        quality = self._user("quality")
        tickets = (
            self.env["aftersales.warranty.claim"]
            .search([("kind", "=", "own")], order="id")
            .ticket_id
        )
        for ticket in tickets[:2]:
            self._bring_in(ticket)
            item = ticket.part_return_ids.filtered(lambda row: row.state == "received")
            if not item:
                continue
            past = timedelta(
                days=5 + ticket.company_id.aftersales_old_part_own_keep_days
            )
            # sudo: the demo's past
            item.sudo().write(
                {
                    "issued_on": item.issued_on - past,
                    "due_date": item.due_date - past,
                    "received_at": item.received_at - past,
                    "claim_paid_date": item.claim_paid_date
                    and item.claim_paid_date - past,
                }
            )
            item = item.with_user(quality)
            item._inspect("fault", self.env._("Bearing run dry"))
            item._ask_disposal("scrap", self.env._("Kept long enough, nobody asks"))
            if ticket == tickets[0]:
                item.with_user(self._user("finance")).action_approve_disposal()

    def _owe_since_last_month(self):
        """Let old parts be missing since last month, one of them overdue, and report
        them to Finance."""
        parts = self.env["aftersales.part.return"]
        today = fields.Date.context_today(self)
        late = parts.search([("state", "=", "due")], order="id desc", limit=3)
        for number, item in enumerate(late):
            # sudo: the demo's past
            item.sudo().write(
                {
                    "issued_on": today.replace(day=1) - relativedelta(days=9 + number),
                    "due_date": today + relativedelta(days=3 * number - 2),
                }
            )
        if late:
            reports = self.env["aftersales.old.part.report"].sudo()
            reports._begin_months(late[0].company_id, min(late.mapped("issued_on")))
