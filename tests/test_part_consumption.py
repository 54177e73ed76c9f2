from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon
from .report_common import ReportCommon

DAY = "2026-03-11"


class ConsumptionCommon(PartsCommon):
    """Services that are completed on a Wednesday, in the company's own time zone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.company.aftersales_consumption_hour = 17.0
        cls.reports = cls.env["aftersales.part.consumption"]

    @classmethod
    def _used(cls, *specs):
        """Return a ticket whose parts are handed out."""
        ticket = cls._approved(
            *[(part, {"payer": "internal", "quantity": n}) for part, n in specs]
        )
        slip = cls._request(ticket)
        cls._release(slip)
        cls._issue(slip)
        return ticket

    @classmethod
    def _complete(cls, ticket, moment):
        """Let the work of ``ticket`` be completed at ``moment``, naive UTC."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE aftersales_ticket SET state = 'ready', ready_at = %s WHERE id = %s",
            (moment, ticket.id),
        )
        cls.env.invalidate_all()

    def _run(self, moment):
        """Let the scheduled action run at ``moment`` (UTC)."""
        cron = self.env.ref("aftersales.cron_tell_consumption")
        with freeze_time(moment), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.reports.search([("company_id", "=", self.company.id)])

    def _told(self, report):
        return report.line_ids.mapped(lambda line: (line.product_id, line.quantity))


@tagged("post_install", "-at_install")
class TestPartConsumption(ConsumptionCommon):
    """Purchasing knows on the same day what was used (R-PART-10, R-STK-04)."""

    def test_told_on_the_day_it_is_completed(self):
        ticket = self._used((self.mirror, 3), (self.brake_pads, 1))
        at_work = self._used((self.mirror, 2))
        self._complete(ticket, f"{DAY} 03:00:00")
        # 16:00 in Shanghai: not yet
        self.assertFalse(self._run(f"{DAY} 08:00:00"))
        # 17:30
        report = self._run(f"{DAY} 09:30:00")
        self.assertEqual(str(report.date), DAY)
        self.assertEqual(self._told(report), [(self.mirror, 3), (self.brake_pads, 1)])
        self.assertEqual(report.value, 3 * 30 + 90)
        self.assertEqual(report.ticket_count, 1)
        self.assertNotIn(at_work, report.line_ids.ticket_id, "not completed")
        self.assertFalse(report.is_late)
        self.assertEqual(report.buyer_id, self.user_purchasing)
        self.assertEqual(report.activity_ids.user_id, self.user_purchasing)
        self.assertIn(
            self.user_purchasing.partner_id, report.message_ids.notified_partner_ids
        )
        self.assertEqual(report.line_ids[0].qty_on_hand, 15)

    def test_run_again_tells_nothing_twice(self):
        self._complete(self._used((self.mirror, 3)), f"{DAY} 03:00:00")
        report = self._run(f"{DAY} 09:30:00")
        messages = len(report.message_ids)
        self.assertEqual(self._run(f"{DAY} 10:00:00"), report)
        self.assertEqual(self._told(report), [(self.mirror, 3)])
        self.assertEqual(len(report.message_ids), messages)
        # What is completed in the evening is told on the same day, too.
        self._complete(self._used((self.brake_pads, 2)), f"{DAY} 11:00:00")
        self.assertEqual(self._run(f"{DAY} 11:30:00"), report)
        self.assertEqual(self._told(report), [(self.mirror, 3), (self.brake_pads, 2)])
        self.assertEqual(len(report.activity_ids), 1, "one to see to")

    def test_a_day_that_was_missed(self):
        """The machine stood still: each day has its own report all the same."""
        self._complete(self._used((self.mirror, 3)), "2026-03-10 17:30:00")
        self._complete(self._used((self.brake_pads, 2)), "2026-03-12 03:00:00")
        reports = self._run("2026-03-12 10:00:00")
        # 17:30 UTC is the next morning in Shanghai.
        self.assertEqual(
            [str(day) for day in reports.sorted("date").mapped("date")],
            [DAY, "2026-03-12"],
        )
        self.assertEqual(reports.sorted("date").mapped("is_late"), [True, False])

    def test_what_comes_back_later_is_put_right(self):
        ticket = self._used((self.mirror, 3))
        self._complete(ticket, f"{DAY} 03:00:00")
        first = self._run(f"{DAY} 10:00:00")
        back = self._transfer(ticket, "return", {self.mirror: 1})
        self._issue(back)
        reports = self._run("2026-03-13 10:00:00")
        second = reports - first
        self.assertEqual(str(second.date), "2026-03-13")
        self.assertEqual(self._told(second), [(self.mirror, -1)])
        line = ticket.line_ids
        self.assertEqual(
            sum(line.sudo().consumption_line_ids.mapped("quantity")), line.qty_used
        )
        self.assertEqual(self._run("2026-03-14 10:00:00"), reports)

    def test_killed_in_between(self):
        """What failed half-way leaves nothing, and is told by the next run."""
        self._complete(self._used((self.mirror, 3)), f"{DAY} 03:00:00")
        tell = type(self.reports)._tell

        def killed(report, count):
            tell(report, count)
            raise RuntimeError("killed")

        with (
            patch.object(type(self.reports), "_tell", killed),
            mute_logger(
                "odoo.addons.aftersales.models.aftersales_part_consumption_cron"
            ),
        ):
            self.assertFalse(self._run(f"{DAY} 10:00:00"))
        report = self._run(f"{DAY} 10:30:00")
        self.assertEqual(self._told(report), [(self.mirror, 3)])

    def test_one_document_a_day(self):
        self._complete(self._used((self.mirror, 3)), f"{DAY} 03:00:00")
        report = self._run(f"{DAY} 10:00:00")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.reports.create({"company_id": self.company.id, "date": report.date})

    def test_company_may_do_without(self):
        self.company.aftersales_consumption_report = False
        self._complete(self._used((self.mirror, 3)), f"{DAY} 03:00:00")
        self.assertFalse(self._run(f"{DAY} 10:00:00"))

    def test_purchasing_reads_and_orders(self):
        """What the rules of the store ask for is ordered with one button."""
        other = self.env["stock.warehouse"].create(
            {"name": "Main store", "code": "MAIN", "company_id": self.company.id}
        )
        self.warehouse.resupply_wh_ids = other
        route = self.warehouse.resupply_route_ids
        self.mirror.route_ids = route
        # What the system itself has made is deleted once it is ordered.
        rules = self.env["stock.warehouse.orderpoint"].with_user(
            self.env.ref("base.user_admin")
        )
        rule = rules.create(
            {
                "product_id": self.mirror.id,
                "product_min_qty": 18,
                "product_max_qty": 20,
                "trigger": "manual",
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        self._complete(self._used((self.mirror, 3)), f"{DAY} 03:00:00")
        report = self._run(f"{DAY} 10:00:00")
        self.assertTrue(report.line_ids.has_rule)
        for role in ("parts_keeper", "finance", "logistics"):
            with self.subTest(role=role), self._refused("is for Purch", AccessError):
                self._as(role, report).action_read()
        buyer = self._as("purchasing", report)
        buyer.action_replenish()
        self.env.invalidate_all()
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", self.mirror.id),
                ("location_dest_id", "=", self.warehouse.lot_stock_id.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)
        self.assertEqual(rule.qty_to_order, 0)
        with self._refused("no reordering rule"):
            buyer.action_replenish()
        buyer.action_read()
        self.assertEqual(report.read_by_id, self.user_purchasing)
        self.assertFalse(report.activity_ids)
        with self._refused("told by itself", AccessError):
            self._as("finance", report).write({"date": datetime(2026, 1, 1)})


@tagged("post_install", "-at_install")
class TestConsumptionReport(ReportCommon, ConsumptionCommon, HttpCase):
    """F36, printed for real."""

    _report_role = "purchasing"

    def test_by_part(self):
        first = self._used((self.mirror, 3))
        second = self._used((self.mirror, 2), (self.brake_pads, 1))
        for ticket in first | second:
            self._complete(ticket, f"{DAY} 03:00:00")
        report = self._run(f"{DAY} 10:00:00")
        text = self._text("report_part_consumption", report)
        self.assertWords(
            text,
            "Parts Consumption",
            f"{first.name}, {second.name}",
            "5.00 Units",
            "15.00",
            "240.00",
        )
