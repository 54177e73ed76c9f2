import csv
import io

from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon
from odoo.addons.aftersales.tools import vin

FIELDS = [
    "vin",
    "license_plate",
    "model_id",
    "partner_id",
    "delivery_date",
    "odometer",
    "vehicle_kind",
]


def make_vin(number):
    """Return a sound VIN of the region L with that serial part."""
    plain = f"LJCPCBLC0X{number:07d}"
    return plain[:8] + vin.check_digit(plain) + plain[9:]


@tagged("post_install", "-at_install")
class TestVehicleImport(AftersalesCommon):
    """Files come in by the hundred through the import screen."""

    def _rows(self, count):
        return [
            [
                make_vin(number),
                f"TEST {number:05d}",
                "Feiyue/E3 Truck" if number % 2 else "Feiyue/E5 Van",
                f"Carrier {number % 50}",
                "2026-01-15",
                str(number * 3),
                "Truck",
            ]
            for number in range(count)
        ]

    def _import(self, rows, user=None, dryrun=False, header=FIELDS):
        content = io.StringIO()
        writer = csv.writer(content)
        writer.writerows([header, *rows])
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.user_manager)
            .create(
                {
                    "res_model": "aftersales.vehicle",
                    "file": content.getvalue().encode(),
                    "file_name": "vehicles.csv",
                    "file_type": "text/csv",
                }
            )
        )
        options = {
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "has_headers": True,
            "date_format": "%Y-%m-%d",
            "float_thousand_separator": ",",
            "float_decimal_separator": ".",
            "name_create_enabled_fields": {"partner_id": True, "model_id": True},
        }
        return wizard.execute_import(header, header, options, dryrun=dryrun)

    def test_a_thousand_files(self):
        rows = self._rows(1000)
        self._import(rows[:1])
        self.env.flush_all()
        # The import screen looks up owner and model of each row by name (two queries
        # a row); the files themselves go in as batches of a hundred.
        with self.assertQueryCount(2300):
            result = self._import(rows[1:])
            self.env.flush_all()
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 999)
        vehicles = self.env["aftersales.vehicle"].search(
            [("license_plate", "=like", "TEST%")], order="license_plate"
        )
        self.assertEqual(len(vehicles), 1000)
        self.assertEqual(vehicles[7].vin, make_vin(7))
        self.assertEqual(vehicles[7].license_plate, "TEST00007")
        self.assertEqual(vehicles[7].model_id, self.vehicle_model)
        self.assertEqual(vehicles[7].odometer, 21)
        self.assertEqual(vehicles[7].reading_ids.source, "import")
        self.assertEqual(len(vehicles.partner_id), 50)
        self.assertEqual(len(vehicles.model_id), 2)
        self.assertEqual(vehicles[8].model_id.display_name, "Feiyue/E5 Van")
        self.assertEqual(len(vehicles.owner_ids), 1000)
        self.assertTrue(all(vehicles.mapped("warranty_end_date")))

    def test_a_bad_row_is_named_and_nothing_is_half_written(self):
        rows = self._rows(10)
        rows[4][0] = rows[4][0].replace("0", "O", 1)
        rows[6][0] = rows[5][0]
        before = self.env["aftersales.vehicle"].search_count([])
        result = self._import(rows)
        self.assertFalse(result["ids"])
        messages = {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
        }
        self.assertEqual(set(messages), {4, 6})
        # The screen shows text and row only of messages that stand in no column.
        self.assertFalse(any("field" in message for message in result["messages"]))
        self.assertEqual([m["record"] for m in result["messages"]], [6, 8])
        self.assertIn("is probably 0", messages[4])
        self.assertIn("stands in row 7 already", messages[6])
        self.assertEqual(self.env["aftersales.vehicle"].search_count([]), before)

    def test_of_many_bad_rows_the_first_twenty_are_named(self):
        rows = self._rows(30)
        for row in rows:
            row[0] = row[0][:-1]
        result = self._import(rows)
        self.assertEqual(len(result["messages"]), 20)
        self.assertIn("10 more rows", result["messages"][-1]["message"])

    def test_unknown_names_are_told_before_anything_is_written(self):
        rows = self._rows(12)
        rows[3][2] = "Nobody/Nothing"
        partners = self.env["res.partner"].search_count([])
        with self.assertNoLogs("odoo.sql_db", "ERROR"):
            # An advisor may add customers, but not models.
            result = self._import(rows, user=self.user_advisor)
        self.assertFalse(result["ids"])
        text = {m["value"]: m["message"] for m in result["messages"]}
        self.assertIn("Ask a manager", text["Nobody/Nothing"])
        self.assertEqual({m["field"] for m in result["messages"]}, {"model_id"})
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_a_number_on_file_is_refused_and_names_the_file(self):
        rows = self._rows(2)
        rows[1][0] = self.vehicle.vin
        result = self._import(rows)
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertIn("owner Lin Freight", message["message"])

    def test_an_advisor_imports_vehicles_of_known_models(self):
        rows = self._rows(2)
        for row in rows:
            row[2] = "E3 Truck"
        result = self._import(rows, user=self.user_advisor)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), 2)

    def test_trying_out_writes_nothing(self):
        before = self.env["aftersales.vehicle"].search_count([])
        result = self._import(self._rows(3), dryrun=True)
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["aftersales.vehicle"].search_count([]), before)

    def test_the_template_offered_can_be_imported_as_it_is(self):
        (template,) = self.env["aftersales.vehicle"].get_import_templates()
        path = template["template"].lstrip("/")
        with file_open(path) as content:
            header, *rows = csv.reader(content)
        # Its first example is a number that the other tests use as well.
        self.assertNotEqual(self.vehicle.vin, VINS[2])
        for row in rows:
            row[header.index("model_id")] = "E3 Truck"
        result = self._import(rows, header=header)
        self.assertFalse(result["messages"])
        self.assertEqual(len(result["ids"]), len(rows))
