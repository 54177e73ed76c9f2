from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_prices import PriceCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestQuotation(ReportCommon, PriceCommon, HttpCase):
    """The quotation with tax and freight, the printed lists, the dealer's page."""

    _report_role = "finance"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.aftersales_standard_hours = 2.5
        cls.dealer = cls.env["res.partner"].create({"name": "South Motors"})
        cls.level = cls.env["aftersales.dealer.level"].create({"name": "A"})
        cls.dealer.aftersales_dealer_level_id = cls.level
        cls._publish(
            cls._entered(
                {
                    cls.motor: (900, 1000),
                    cls.brake_pads: (90, 95),
                    cls.labour: (0, 75),
                },
                date_effective=fields.Date.today(),
            )
        )
        cls.dealer_user = new_test_user(
            cls.env,
            login="portal_south",
            password="portal_south",
            groups="base.group_portal",
        )
        cls.dealer_user.partner_id.parent_id = cls.dealer

    def _order(self, partner=None, products=None, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.dealer).id,
                "date_order": fields.Datetime.now() + timedelta(hours=30),
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                    for product in products or (self.motor, self.labour)
                ],
                **vals,
            }
        )

    # -- Price, tax, freight (R-EST-11) -----------------------------------------------

    def test_list_price_and_tax_and_freight(self):
        order = self._order(products=(self.motor,))
        self.assertEqual(order.amount_untaxed, 1800)
        order.aftersales_freight = 50
        freight = order.order_line[-1]
        freight.tax_ids = self.tax
        self.assertEqual(order.amount_untaxed, 1850)
        self.assertAlmostEqual(order.amount_tax, 1850 * 0.13)
        order.aftersales_freight = 80
        self.assertEqual(len(order.order_line), 2)
        self.assertEqual(order.amount_untaxed, 1880)
        order.aftersales_freight = 0
        self.assertEqual(order.amount_untaxed, 1800)

    def test_with_tax_in_the_list_price(self):
        """Quotation = list price with tax + freight."""
        included = self.tax.copy(
            {"name": "VAT within", "price_include_override": "tax_included"}
        )
        self.motor.taxes_id = included
        order = self._order(products=(self.motor,))
        self.assertAlmostEqual(order.amount_total, 1800)
        order.aftersales_freight = 50
        order.order_line[-1].tax_ids = False
        self.assertAlmostEqual(order.amount_total, 1850)
        self.assertTrue(order._has_aftersales_tax_in_price())

    def test_freight_of_a_ticket_is_entered_there(self):
        ticket = self._diagnosed()
        self._line(ticket, self.mirror)
        ticket.action_quote()
        with self._refused("enter the freight as an operation there"):
            ticket.sudo().order_ids.aftersales_freight = 20

    def test_quotation_pdf(self):
        order = self._order()
        order.aftersales_freight = 50
        text = self._text("report_quotation", order)
        self.assertWords(
            text,
            "After-Sales Quotation",
            order.name,
            "South Motors",
            "Drive motor",
            "1,800.00",
            "Labour and services",
            "120.00",
            "Freight",
            "50.00",
            "without tax",
        )
        self.assertIn(f"{order.amount_total:,.2f}", text)

    # -- To dealers (R-EST-12) --------------------------------------------------------

    def test_parts_are_quoted_to_dealers_only(self):
        order = self._order(self.customer, (self.motor,))
        order.action_quotation_sent()
        self.company.aftersales_parts_to_dealers_only = True
        order = self._order(self.customer, (self.motor,))
        for step in (
            order.action_quotation_sent,
            order.action_confirm,
            order.action_aftersales_quotation,
        ):
            with self._refused("quoted to dealers only, and Lin Freight is none"):
                step()
        self._order(self.customer, (self.labour,)).action_confirm()
        self._order(self.dealer, (self.motor,)).action_confirm()
        # Parts fitted in a repair of our own are another matter.
        ticket = self._diagnosed()
        self._line(ticket, self.motor)
        ticket.action_quote()
        ticket.sudo().order_ids.action_confirm()
        self.assertEqual(ticket.state, "approved")

    # -- Prints -----------------------------------------------------------------------

    def _print(self, kind, role="finance"):
        wizard = (
            self.env["aftersales.price.print"]
            .with_user(self.users[role])
            .create({"kind": kind})
        )
        wizard.action_print()
        return self._text("report_prices", wizard, role)

    def test_price_lists_pdf(self):
        text = self._print("parts")
        self.assertWords(
            text, "Labour Standard", "Issued by Finance", "Drive motor", "1,000.00"
        )
        self.assertWords(text, "Replace drive motor", "2.50", "75.00")
        text = self._print("settlement")
        self.assertWords(text, "Dealer Settlement Prices", "900.00")
        self.assertNotIn("1,000.00", text)
        text = self._print("guide", "advisor")
        self.assertWords(text, "Market Guide Prices", "1,000.00")
        self.assertNotIn("900.00", text)
        text = self._print("services", "advisor")
        self.assertWords(text, "Service Charge Standard", "Replace drive motor")
        self.assertNotIn("Drive motor ", text)
        with self._refused("read by permission", AccessError):
            self.company.with_user(self.user_technician)._get_aftersales_price_sections(
                "settlement", fields.Date.today()
            )

    def test_a_list_as_of_another_day(self):
        day = fields.Date.today() + timedelta(days=5)
        self._publish(self._entered({self.motor: (950, 1100)}, date_effective=day))
        prices = {}
        for days in (-1, 0, 4, 5):
            sections = self.company._get_aftersales_price_sections(
                "guide", fields.Date.today() + timedelta(days=days)
            )
            prices[days] = [
                row["price"]
                for __, rows in sections
                for row in rows
                if row["product"] == self.motor
            ]
        self.assertEqual(prices, {-1: [], 0: [1000], 4: [1000], 5: [1100]})

    # -- The dealer's page ------------------------------------------------------------

    def _page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response

    def test_a_dealer_reads_his_lists(self):
        self.authenticate("portal_south", "portal_south")
        page = self._page("/my/part-prices").text
        self.assertIn("Drive motor", page)
        self.assertIn("900.00", page)
        self.assertNotIn("1,000.00", page)
        page = self._page("/my/part-prices?kind=guide").text
        self.assertIn("1,000.00", page)
        self.assertNotIn("900.00", page)
        page = self._page("/my/part-prices?search=pads").text
        self.assertIn("Brake pads", page)
        self.assertNotIn("Drive motor", page)
        odd = self._page("/my/part-prices?kind=%27--&search=%25%27%3B").text
        self.assertIn("No published price", odd)

    def test_lists_by_permission(self):
        self.level.show_settlement = False
        self.authenticate("portal_south", "portal_south")
        page = self._page("/my/part-prices?kind=own").text
        self.assertIn("1,000.00", page)
        self.assertNotIn("900.00", page)
        self.level.show_guide = False
        self.assertTrue(self._page("/my/part-prices").url.endswith("/my"))

    def test_who_is_no_dealer_reads_nothing(self):
        self.dealer.aftersales_dealer_level_id = False
        self.authenticate("portal_south", "portal_south")
        response = self._page("/my/part-prices?kind=own")
        self.assertTrue(response.url.endswith("/my"))
        self.assertNotIn("900.00", response.text)
        lists = self.env["product.pricelist"].with_user(self.dealer_user)
        with self._refused("", AccessError):
            lists.search([]).read(["name"])
        self.authenticate(None, None)
        self.assertIn("/web/login", self._page("/my/part-prices").url)
