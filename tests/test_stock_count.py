from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .common_parts import PartsCommon
from .report_common import ReportCommon


class CountCommon(PartsCommon):
    """A store with a mirror too few and brake pads that have grown old."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls.category = cls.env["product.category"].create({"name": "Counted"})
        (cls.mirror | cls.brake_pads).categ_id = cls.category
        cls.env["stock.quant"].search(
            [("product_id", "in", (cls.mirror | cls.brake_pads).ids)]
        ).inventory_date = date(2026, 1, 1)

    @classmethod
    def _sheet(cls, **vals):
        """Return a filled sheet of the category, as the parts keeper."""
        counts = cls.env["aftersales.stock.count"].with_user(cls.user_parts_keeper)
        count = counts.create(
            {
                "warehouse_id": cls.warehouse.id,
                "category_id": cls.category.id,
                **vals,
            }
        )
        count.action_fill()
        return count

    def _line(self, count, part):
        return count.line_ids.filtered(lambda line: line.product_id == part)

    def _on_hand(self, part):
        self.env.flush_all()
        self.env.invalidate_all()
        return part.with_context(location=self.stock.id).qty_available


@tagged("post_install", "-at_install")
class TestStockCount(CountCommon):
    """Quantities right and quality good (R-PART-15)."""

    def test_counted_agreed_and_put_right(self):
        count = self._sheet()
        self.assertEqual(
            count.line_ids.product_id, self.mirror | self.brake_pads, "what is due"
        )
        with self._refused("has not been counted yet"):
            count.action_counted()
        with Form(count) as form:
            for index in range(2):
                with form.line_ids.edit(index) as line:
                    mirror = line.product_id == self.mirror
                    line.qty_counted = 18 if mirror else 20
                    self.assertTrue(line.is_counted)
                    if not mirror:
                        line.condition = "expired"
        count.action_counted()
        self.assertEqual(self._on_hand(self.mirror), 20, "not before it is agreed to")
        self.assertEqual((count.difference_count, count.difference_value), (1, -60))
        with self._refused("is already"):
            self._line(count, self.mirror).qty_counted = 20
        finance = self._as("finance", count)
        with self._refused("write why Mirror differs"):
            finance.action_apply()
        self._line(finance, self.mirror).note = "Two broken, thrown away"
        # Meanwhile three are handed out: the difference counts, not the figure.
        self.env["stock.quant"]._update_available_quantity(self.mirror, self.stock, -3)
        finance.action_apply()
        self.assertEqual(self._on_hand(self.mirror), 15)
        self.assertEqual(self._on_hand(self.brake_pads), 20)
        move = self.env["stock.move"].search(
            [("product_id", "=", self.mirror.id), ("is_inventory", "=", True)],
            order="id desc",
            limit=1,
        )
        self.assertEqual((move.quantity, move.state), (2, "done"))
        self.assertEqual(count.approved_by_id, self.user_finance)
        self.assertGreater(
            self._line(count, self.mirror).sudo()._get_quant().inventory_date,
            date.today(),
            "counted for now",
        )

    def test_who_counts_does_not_agree(self):
        count = self._sheet()
        count.line_ids.is_counted = True
        count.line_ids.note = "Gone"
        count.action_counted()
        with self._refused("this step belongs to", AccessError):
            count.action_apply()
        self.user_parts_keeper.group_ids += self.env.ref(
            "aftersales.group_aftersales_finance"
        )
        with self._refused("you have counted yourself"):
            count.action_apply()
        with self._refused("by its buttons", AccessError):
            count.state = "applied"
        self.assertEqual(self._on_hand(self.mirror), 20)

    def test_what_the_books_do_not_know(self):
        """A serial number that lies there, though nobody has entered it."""
        lot = self.env["stock.lot"].create(
            {"name": "PUMP-99", "product_id": self.pump.id}
        )
        count = self._sheet()
        count.line_ids.unlink()
        with Form(count) as form, form.line_ids.new() as line:
            line.product_id = self.pump
            line.lot_id = lot
            line.qty_counted = 1
            line.note = "Found behind the shelf"
        self.assertEqual(count.line_ids.qty_book, 0)
        count.action_counted()
        self._as("finance", count).action_apply()
        self.assertEqual(self._on_hand(self.pump), 5)
        place = lot.quant_ids.filtered(lambda quant: quant.quantity > 0)
        self.assertEqual(place.location_id, self.stock)

    def test_in_turns(self):
        """A small sheet a day of what is due, while none is open."""
        cron = self.env.ref("aftersales.cron_open_counts")
        counts = self.env["aftersales.stock.count"]

        def run():
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            return counts.search([("warehouse_id", "=", self.warehouse.id)])

        self.assertFalse(run(), "the company counts by hand")
        self.company.aftersales_count_size = 1
        first = run()
        self.assertEqual(len(first.line_ids), 1)
        self.assertEqual(first.activity_ids.user_id, self.user_parts_keeper)
        self.assertEqual(run(), first, "one at a time")
        line = first.line_ids
        keeper = self._as("parts_keeper", first)
        keeper.line_ids.write({"qty_counted": line.qty_book, "is_counted": True})
        keeper.action_counted()
        self.assertFalse(first.activity_ids)
        self._as("finance", first).action_apply()
        second = run() - first
        self.assertEqual(
            first.line_ids.product_id | second.line_ids.product_id,
            self.mirror | self.brake_pads,
        )


@tagged("post_install", "-at_install")
class TestCountReport(ReportCommon, CountCommon, HttpCase):
    """The sheet, printed for real."""

    _report_role = "parts_keeper"

    def test_sheet(self):
        count = self._sheet()
        text = self._text("report_stock_count", count)
        self.assertWords(text, "Count of Parts", count.name, "Mirror", "Brake pads")
        self.assertNotIn("20.00", text, "who counts does not know the books")
        count.line_ids.write({"qty_counted": 19, "is_counted": True})
        count.action_counted()
        text = self._text("report_stock_count", count)
        self.assertWords(text, "20.00", "19.00", "Good", "Parts Keeper")
