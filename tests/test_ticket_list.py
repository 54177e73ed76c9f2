from unittest.mock import patch

from odoo.tests import tagged

from ..models import aftersales_ticket_search
from .common import AftersalesCommon

NAMES = ("partner_id", "contact_id", "vehicle_id", "advisor_id", "technician_id")


@tagged("post_install", "-at_install")
class TestTicketList(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = cls.env["aftersales.vehicle"].create(
            {"serial_number": "WL-5500-0042", "partner_id": cls.customer.id}
        )
        cls.tickets = cls.env["aftersales.ticket"].create(
            [
                {
                    "partner_id": cls.customer.id,
                    "contact_id": cls.driver.id,
                    "vehicle_id": (cls.vehicle | cls.loader)[number % 2].id,
                    "advisor_id": cls.user_advisor.id,
                    "technician_id": cls.user_technician.id,
                    "complaint": "x",
                }
                for number in range(20)
            ]
        )
        cls.specification = {
            "name": {},
            "state": {},
            **{name: {"fields": {"display_name": {}}} for name in NAMES},
        }

    def _read_page(self, user):
        return (
            self.env["aftersales.ticket"]
            .with_user(user)
            .web_search_read([], self.specification, limit=10, count_limit=10001)
        )

    def test_first_page_shows_the_names(self):
        self.env.invalidate_all()
        page = self._read_page(self.user_advisor)
        self.assertEqual(page["length"], 20)
        for row in page["records"]:
            ticket = self.tickets.browse(row["id"])
            for name in NAMES:
                self.assertEqual(row[name]["display_name"], ticket[name].display_name)

    def test_first_page_costs_a_constant_number_of_queries(self):
        for user in (self.user_advisor, self.user_technician):
            self._read_page(user)
            self.env.invalidate_all()
            with self.assertQueryCount(18):
                self._read_page(user)

    def test_order_of_the_list_is_served_by_an_index(self):
        self.env.flush_all()
        Ticket = self.env["aftersales.ticket"]
        select = Ticket._search([], limit=10, order=Ticket._order).select()
        # So few rows would be read in one go and sorted.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute("EXPLAIN " + select.code, select.params)
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("aftersales_ticket_order_idx", plan)
        self.assertNotIn("Sort", plan)

    def test_pick_by_number_of_the_vehicle(self):
        Ticket = self.env["aftersales.ticket"].with_user(self.user_advisor)
        of_loader = self.tickets.filtered(lambda t: t.vehicle_id == self.loader)
        for most in (1000, 0):
            with patch.object(aftersales_ticket_search, "MOST_VEHICLES", most):
                found = Ticket.name_search("5500-00", limit=None)
                self.assertEqual({row[0] for row in found}, set(of_loader.ids))
                number = of_loader[0].name
                found = Ticket.name_search(number[2:], limit=None)
                self.assertEqual([row[0] for row in found], of_loader[0].ids)
                self.assertFalse(Ticket.name_search("no such number"))
                others = Ticket.search([("display_name", "not ilike", "5500-00")])
                self.assertFalse(others & of_loader)

    def test_states_stand_in_the_order_of_the_way(self):
        self.tickets[0].action_cancel("Reported twice")
        self.tickets[1].with_user(self.user_advisor).action_assign()
        groups = self.env["aftersales.ticket"].web_read_group(
            [("id", "in", self.tickets.ids)], ["state"], ["__count"]
        )["groups"]
        groups_of_kanban = (
            self.env["aftersales.ticket"]
            .with_context(read_group_expand=True)
            .web_read_group([("id", "in", self.tickets.ids)], ["state"], ["__count"])[
                "groups"
            ]
        )
        self.assertEqual(len(groups), len(groups_of_kanban))
        self.assertEqual(
            [group["state"] for group in groups_of_kanban],
            ["new", "assigned", "cancelled"],
        )
