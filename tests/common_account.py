from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command

from .common_money import MoneyCommon


class AccountCommon(MoneyCommon):
    """October 2025: an invoice of labour and parts, some of it paid, and rent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.Period = cls.env["aftersales.account.period"]
        cls.Item = cls.env["aftersales.account.item"]
        cls.rent = cls.env["account.account"].create(
            {
                "code": "699911",
                "name": "Rent of the workshop",
                "account_type": "expense",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.payable = cls.env["account.account"].search(
            [
                ("account_type", "=", "liability_current"),
                ("company_ids", "in", cls.company.ids),
            ],
            limit=1,
        )
        cls.company.aftersales_operating_account_ids = cls.rent
        cls.invoice = cls._bill_products((cls.labour, 60.0), (cls.mirror, 75.0))
        cls._receive_money(cls.invoice, 35.0, date="2025-10-20")
        # After the month: still open at its end.
        cls._receive_money(cls.invoice, 20.0, date="2025-11-02")

    @classmethod
    def _bill_products(cls, *lines, date="2025-10-05", **vals):
        """Return a posted invoice of the ticket; each line is ``(product, price)``."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "aftersales_ticket_id": cls.ticket.id,
                "invoice_date": date,
                "date": date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "quantity": 1,
                            "tax_ids": [Command.set([])],
                        }
                    )
                    for product, price in lines
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _book(cls, account, amount, date="2025-10-31"):
        """Post a cost of ``amount`` on ``account``."""
        entry = cls.env["account.move"].create(
            {
                "date": date,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount}),
                    Command.create({"account_id": cls.payable.id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def _agreed(cls, ticket, product, **vals):
        """Return a line of ``ticket`` that its payer has agreed to."""
        line = cls._line(ticket, product, **vals).sudo()
        line._approve("Mr Zhao", "phone")
        return line

    @classmethod
    def _use_part(cls, line, quantity=1, date="2025-10-10 08:00:00", back=False):
        """Return the move by which the part of ``line`` left, or came ``back``."""
        places = [
            cls.warehouse.lot_stock_id,
            cls.env.ref("stock.stock_location_customers"),
        ]
        place, dest = reversed(places) if back else places
        move = cls.env["stock.move"].create(
            {
                "product_id": line.product_id.id,
                "product_uom_qty": quantity,
                "location_id": place.id,
                "location_dest_id": dest.id,
                "company_id": cls.company.id,
            }
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        move.write({"aftersales_line_id": line.id, "date": date})
        return move

    def _begin(self, day="2025-11-01"):
        """Let the scheduled action run; return the periods by (kind, first day)."""
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_account_period").method_direct_trigger()
        self.env.invalidate_all()
        found = self.Period.search([("company_id", "=", self.company.id)])
        return {
            (period.kind, fields.Date.to_string(period.date_from)): period
            for period in found
        }

    def _month(self, day="2025-11-01", month="2025-10-01"):
        return self._begin(day)["month", month]
