from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

# What was sold over the counter in each of the last months, oldest first.
SOLD = {
    "pads": (8, 6, 10, 7, 9, 8),
    "wiper": (10, 8, 9, 12, 6, 10),
    "fuse": (6, 0, 5, 8, 4, 7),
    "pump": (2, 3, 2, 4, 3, 2),
    "mirror": (0, 0, 1, 0, 0, 0),
}


class AftersalesDemo(models.AbstractModel):
    """What the store has behind it: sales, a loan nobody brought back, a count."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_parts(self):
        result = super()._fill_parts()
        self._lend_overdue()
        self._receive_transfer()
        self._apply_count()
        return result

    @api.model
    def _fill_prices(self):
        self._sell_parts()
        result = super()._fill_prices()
        self._propose_prices()
        self._apply_plan()
        return result

    # -- Loans, transfers, counts ------------------------------------------------------

    def _lend_overdue(self):
        """Let a lent part be out for longer than agreed; its borrower is reminded."""
        loan = self.env["stock.picking"].search(
            [("aftersales_kind", "=", "loan"), ("state", "not in", ("done", "cancel"))],
            limit=1,
        )
        if not loan:
            return
        loan.with_user(self._user("finance")).action_aftersales_release()
        keeper = loan.with_user(self._user("parts"))
        action = keeper.action_aftersales_issue()
        keeper.env[action["res_model"]].browse(action["res_id"]).action_confirm()
        today = fields.Date.context_today(self)
        loan.aftersales_due_date = today - timedelta(days=4)
        loan._aftersales_chase_loan(today)

    def _receive_transfer(self):
        """Let the van have received its first load, one piece short."""
        first = self.env["aftersales.stock.transfer"].search([], limit=1)
        keeper = self._user("parts")
        transfer = (
            self.env["aftersales.stock.transfer"]
            .with_user(keeper)
            .create(
                {
                    "source_id": first.source_id.id,
                    "destination_id": first.destination_id.id,
                    "reason": self.env._("First load of the van"),
                    "line_ids": [
                        Command.create(
                            {"product_id": self._part(name).id, "quantity": quantity}
                        )
                        for name, quantity in (("pads", 4), ("fuse", 6))
                    ],
                }
            )
        )
        transfer.action_send()
        fuses = transfer.line_ids[1]
        fuses.qty_to_receive = 5
        transfer.action_receive()
        fuses.note = self.env._("Fell out of the torn bag, not found")
        transfer.with_user(self._user("finance")).action_lost()

    def _apply_count(self):
        """Let the wearing parts have been counted, and the stock put right."""
        store = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        count = (
            self.env["aftersales.stock.count"]
            .with_user(self._user("parts"))
            .create({"warehouse_id": store.id, "only_due": False})
        )
        count.action_fill()
        wearing = count.line_ids.filtered(
            lambda line: line.product_id.aftersales_part_class == "wear"
        )
        (count.line_ids - wearing).unlink()
        for line in wearing:
            line.write({"qty_counted": line.qty_book, "is_counted": True})
        wearing[:1].write(
            {
                "qty_counted": wearing[0].qty_book - 1,
                "note": self.env._("One set lay broken in the carton"),
            }
        )
        count.action_counted()
        count.with_user(self._user("finance")).action_apply()

    # -- Prices and plan ---------------------------------------------------------------

    def _sell_parts(self):
        """Let parts have been sold over the counter in the last six months."""
        store = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        customers = self.env.ref("stock.stock_location_customers")
        now = fields.Datetime.now()
        months = len(next(iter(SOLD.values())))
        slips = self.env["stock.picking"].create(
            [
                {
                    "picking_type_id": store.out_type_id.id,
                    "partner_id": self.env.ref("aftersales.demo_partner_eastgate").id,
                    "location_id": store.lot_stock_id.id,
                    "location_dest_id": customers.id,
                    "origin": self.env._("Counter"),
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self._part(name).id,
                                "product_uom_qty": sold[number],
                                "location_id": store.lot_stock_id.id,
                                "location_dest_id": customers.id,
                            }
                        )
                        for name, sold in SOLD.items()
                        if sold[number]
                    ],
                }
                for number in range(months)
            ]
        )
        slips.action_confirm()
        slips.action_assign()
        slips.move_ids.picked = True
        slips.with_context(skip_backorder=True, skip_sms=True).button_validate()
        for number, slip in enumerate(slips):
            date = now - relativedelta(months=months - number, days=-3)
            slip.move_ids.date = date
            slip.move_line_ids.date = date
            slip.date_done = date

    def _propose_prices(self):
        """Let the list of next month wait for Finance, and one run be impossible."""
        keeper = self._user("parts")
        runs = self.env["aftersales.price.run"].with_user(keeper)
        published = runs.search(
            [("state", "=", "published"), ("bom_id", "!=", False)], limit=1
        )
        next_month = fields.Date.context_today(self).replace(day=1) + relativedelta(
            months=1
        )
        proposed = runs.create(
            {
                "bom_id": published.bom_id.id,
                "product_price": 27200,
                "date_effective": next_month,
                "note": self.env._("Motors and batteries cost more from next month."),
            }
        )
        proposed.action_find_prices()
        proposed.action_propose()
        impossible = runs.create(
            {
                "bom_id": published.bom_id.id,
                "product_price": 9000,
                "date_effective": next_month,
                "note": self.env._("What the list would be at the dealers' wish."),
            }
        )
        impossible.action_find_prices()

    def _apply_plan(self):
        """Let last month's plan have become reordering rules."""
        plans = self.env["aftersales.reserve.plan"].with_user(self._user("parts"))
        plan = plans.search([("state", "=", "draft")], limit=1)
        plan.date = fields.Date.context_today(self) - relativedelta(days=30)
        plan.action_compute()
        plan.action_apply()
        plans.create({}).action_compute()
