import csv
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import file_open

from .common_parts import PartsCommon

# Terms of each policy of the table: scope, counts from, months, km, hours, and more.
POLICIES = {
    "std": [("vehicle", "delivery", 36, 60000, 0, {})],
    "std12": [("vehicle", "delivery", 12, 0, 0, {})],
    "m1": [("vehicle", "delivery", 1, 0, 0, {})],
    "m12": [("vehicle", "delivery", 12, 0, 0, {})],
    "m48": [("vehicle", "delivery", 48, 0, 0, {})],
    "km": [("vehicle", "delivery", 0, 10000, 0, {})],
    "hours": [("vehicle", "delivery", 24, 0, 2000, {})],
    "sale": [("vehicle", "sale", 24, 50000, 0, {})],
    "used": [("vehicle", "sale", 12, 20000, 0, {"from_reading": True})],
    "wear": [
        ("vehicle", "delivery", 36, 60000, 0, {}),
        ("class:wear", "delivery", 6, 10000, 0, {}),
    ],
    "excl": [
        ("vehicle", "delivery", 36, 60000, 0, {}),
        ("category:body", "delivery", 0, 0, 0, {"is_exclusion": True}),
    ],
    "inner": [
        ("vehicle", "delivery", 36, 60000, 0, {}),
        ("category:body", "delivery", 0, 0, 0, {"is_exclusion": True}),
        ("category:lamps", "delivery", 12, 0, 0, {}),
    ],
    "batt": [
        ("vehicle", "delivery", 36, 60000, 0, {}),
        ("product:motor", "delivery", 96, 120000, 0, {}),
    ],
    "narrow": [
        ("vehicle", "delivery", 36, 60000, 0, {}),
        ("class:assembly", "delivery", 0, 0, 0, {"is_exclusion": True}),
        ("product:motor", "delivery", 60, 100000, 0, {}),
    ],
    "parts": [
        ("vehicle", "delivery", 12, 10000, 0, {}),
        ("vehicle", "installation", 12, 20000, 0, {}),
        ("class:wear", "installation", 3, 5000, 0, {}),
        ("category:body", "installation", 0, 0, 0, {"is_exclusion": True}),
    ],
    "rest": [
        ("vehicle", "delivery", 24, 50000, 0, {}),
        ("vehicle", "installation", 12, 20000, 0, {"rest_only": True}),
    ],
    "phours": [
        ("vehicle", "delivery", 12, 10000, 0, {}),
        ("vehicle", "installation", 0, 0, 500, {}),
    ],
    "ponly": [("vehicle", "installation", 12, 20000, 0, {})],
    "dated": [("vehicle", "delivery", 48, 0, 0, {})],
    "model": [("vehicle", "delivery", 60, 0, 0, {})],
    "othermodel": [("vehicle", "delivery", 60, 0, 0, {})],
    "theirs": [("vehicle", "delivery", 12, 0, 0, {})],
}


@tagged("post_install", "-at_install")
class TestWarrantyCases(PartsCommon):
    """The table of decisions: each row is a vehicle's story and what it comes to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_max_daily_distance = 0
        cls.company.aftersales_max_daily_hours = 0
        cls.other_company = cls.env["res.company"].create({"name": "Other Station"})
        cls._setup_books(cls.other_company)
        cls.other_company.aftersales_max_daily_distance = 0
        category = cls.env["product.category"]
        cls.body = category.create({"name": "Body"})
        cls.lamps = category.create({"name": "Lamps", "parent_id": cls.body.id})
        cls.lamp = cls._part("Head lamp", 60.0, 40.0, categ_id=cls.lamps.id)
        cls.mirror.categ_id = cls.body
        cls.motor.aftersales_part_class = "assembly"
        cls.brake_pads.aftersales_part_class = "wear"
        cls.pads = cls.brake_pads
        cls.count = 0
        for part in cls.motor | cls.pads | cls.mirror:
            cls.env["stock.quant"]._update_available_quantity(
                part, cls.warehouse.lot_stock_id, 80
            )

    def _policy(self, name):
        """Return the policy of that name, the only own one in force."""
        values = {}
        if name == "dated":
            values["sold_from"] = "2025-01-01"
        if name in ("model", "othermodel"):
            model = self.vehicle_model
            if name == "othermodel":
                model = model.copy({"name": "Another"})
            values["model_ids"] = model.ids
        company = self.other_company if name == "theirs" else self.company
        return self.env["aftersales.warranty.policy"].create(
            {
                "name": name,
                "company_id": company.id,
                "line_ids": [(0, 0, self._term(*term)) for term in POLICIES[name]],
                **values,
            }
        )

    def _term(self, scope, start, months, distance, hours, more):
        kind, __, target = scope.partition(":")
        names = {"class": "part_class", "category": "categ_id", "product": "product_id"}
        about = {}
        if kind != "vehicle":
            about = {
                names[kind]: target if kind == "class" else getattr(self, target).id
            }
        return {
            "scope": kind,
            "starts_at": start,
            "months": months,
            "distance": distance,
            "hours": hours,
            **about,
            **more,
        }

    def _vehicle(self, row):
        type(self).count += 1
        other = row["unit"] == "other"
        return self.env["aftersales.vehicle"].create(
            {
                "serial_number": f"CASE-{self.count}",
                "partner_id": self.customer.id,
                "model_id": self.vehicle_model.id,
                "odometer_unit": "mi" if row["unit"] == "mi" else "km",
                "company_id": (self.other_company if other else self.company).id,
            }
        )

    def _play(self, vehicle, policy, events):
        """Let what happened to the vehicle happen, each on its day."""
        for event in filter(None, events):
            verb, *words = event.lstrip("+-").split(":")
            getattr(self, f"_event_{verb}")(vehicle, policy, *words)

    def _event_read(self, vehicle, policy, day, value, reason=None, measure="odometer"):
        with freeze_time(f"{day} 12:00:00"):
            vehicle._add_reading(float(value), day, reason=reason, measure=measure)

    def _event_swap(self, vehicle, policy, day, value):
        self._event_read(vehicle, policy, day, value, "meter_swapped")

    def _event_hread(self, vehicle, policy, day, value):
        self._event_read(vehicle, policy, day, value, measure="hours")

    def _event_hswap(self, vehicle, policy, day, value):
        self._event_read(vehicle, policy, day, value, "meter_swapped", "hours")

    def _event_wait(self, vehicle, policy, day):
        self.later = day

    def _event_sell(self, vehicle, policy, day):
        buyer = self.env["res.partner"].create({"name": f"Buyer of {day}"})
        vehicle.owner_ids.date_from = min(
            vehicle.owner_ids.mapped("date_from")
        ).replace(year=2020)
        vehicle._transfer_ownership(buyer, date.fromisoformat(day))
        self.assertEqual(vehicle.partner_id, buyer)

    def _event_start(self, vehicle, policy, day):
        vehicle.warranty_start_date = day

    def _event_end(self, vehicle, policy, day):
        vehicle.warranty_end_date = day

    def _event_km(self, vehicle, policy, distance):
        vehicle.warranty_end_odometer = float(distance)

    def _event_terms(self, vehicle, policy, months):
        policy.line_ids.write({"months": int(months), "distance": 10})

    def _event_fit(self, vehicle, policy, part, day, odometer, **line):
        with freeze_time(f"{day} 09:00:00"):
            self.fitted = self._approved(
                (getattr(self, part), {"payer": "internal", **line}),
                vehicle_id=vehicle.id,
                odometer=float(odometer),
            )
            if line.get("payer") == "warranty":
                self._judge(self.fitted.line_ids)
            slip = self._request(self.fitted)
            self._release(slip)
            self._issue(slip)

    def _event_replace(self, vehicle, policy, part, day, odometer):
        self._event_fit(vehicle, policy, part, day, odometer, payer="warranty")

    def _event_fitfree(self, vehicle, policy, part, day, odometer):
        self._event_fit(vehicle, policy, part, day, odometer, no_guarantee=True)

    def _event_fitother(self, vehicle, policy, part, day, odometer):
        self._event_fit(
            vehicle.copy({"serial_number": "X"}), policy, part, day, odometer
        )

    def _event_back(self, vehicle, policy):
        product = self.fitted.line_ids.product_id
        self._issue(self._transfer(self.fitted, "return", {product: 1}))

    def _case(self, row):
        policy = self._policy(row["policy"])
        vehicle = self._vehicle(row)
        events = row["events"].split(";")
        self.later = row["report"]
        self._play(vehicle, policy, [e for e in events if e.startswith("-")])
        vehicle.write(
            {
                "sale_date": row["sale"] or False,
                "delivery_date": row["delivery"] or False,
            }
        )
        self._play(vehicle, policy, [e for e in events if e[:1] not in ("-", "+")])
        report = datetime.fromisoformat(f"{row['report']} 12:00:00")
        with freeze_time(report + timedelta(minutes=1)):
            ticket = self.env["aftersales.ticket"].create(
                {
                    "partner_id": vehicle.partner_id.id,
                    "vehicle_id": vehicle.id,
                    "company_id": vehicle.company_id.id,
                    "complaint": row["case"],
                    "reported_at": report,
                    "odometer": float(row["odometer"] or 0),
                    "engine_hours": float(row["hours"] or 0),
                }
            )
            line = self.env["aftersales.ticket.line"].create(
                {
                    "ticket_id": ticket.id,
                    "product_id": getattr(self, row["product"]).id,
                    "payer": "warranty",
                }
            )
        self._play(vehicle, policy, [e for e in events if e.startswith("+")])
        with freeze_time(f"{self.later} 15:00:00"):
            decision = self.env["aftersales.warranty.decision"].create(
                {
                    "ticket_line_id": line.id,
                    "cause": row["cause"],
                    "evidence": "Photo",
                }
            )
        policy.active = False
        return decision

    def test_table(self):
        """R-WAR-01, 02, 10, R-BEY-03: at least sixty cases, kept as data."""
        with file_open("aftersales/tests/data/warranty_cases.csv") as table:
            rows = list(csv.DictReader(table))
        self.assertGreaterEqual(len(rows), 60)
        self.assertEqual(len({row["case"] for row in rows}), len(rows))
        for row in rows:
            with self.subTest(row["case"]):
                decision = self._case(row)
                self.assertEqual(
                    (decision.coverage_state, decision.result),
                    (row["state"], row["result"]),
                )
                self.assertEqual(str(decision.date), row["report"])
                payer = "warranty" if row["result"] == "covered" else "customer"
                self.assertEqual(decision.ticket_line_id.payer, payer)
