from odoo.tests import tagged

from .common_account import AccountCommon


@tagged("post_install", "-at_install")
class TestServiceCost(AccountCommon):
    """What service costs, and how much of it was the product's fault (R-COST-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_hour_cost = 30.0
        cls.drive = cls.env["product.category"].create(
            {"name": "Drive", "aftersales_cost_factor": 2.5}
        )
        cls.motor.categ_id = cls.drive
        motor = cls._agreed(cls.ticket, cls.motor, payer="warranty")
        cls._use_part(motor)
        cls._use_part(cls._agreed(cls.ticket, cls.mirror))
        labour = cls._agreed(cls.ticket, cls.labour, payer="warranty")
        cls.env["aftersales.timelog"].create(
            {
                "user_id": cls.user_technician.id,
                "operation_id": cls.env["aftersales.operation"]
                .search([("line_id", "=", labour.id)])
                .id,
                "date_start": "2025-10-10 01:00:00",
                "date_stop": "2025-10-10 03:00:00",
            }
        )
        care = cls._ticket(ticket_type="maintenance").sudo()
        cls._use_part(cls._agreed(care, cls.mirror))

    def _costs(self):
        self.env.flush_all()
        Report = self.env["aftersales.service.cost.report"]
        groups = Report.with_user(self.user_quality)._read_group(
            [("company_id", "=", self.company.id)],
            ["kind", "source"],
            ["amount:sum", "amount_weighted:sum"],
        )
        return {
            (kind, source): (round(amount, 2), round(weighted, 2))
            for kind, source, amount, weighted in groups
        }

    def test_composition(self):
        """Satisfaction = conforming + regular + nonconforming times the factor."""
        self.assertEqual(
            self._costs(),
            {
                ("conforming", "part"): (30.0, 30.0),
                ("regular", "part"): (30.0, 30.0),
                ("nonconforming", "part"): (800.0, 2000.0),
                ("nonconforming", "labour"): (60.0, 150.0),
            },
        )

    def test_by_model_and_class(self):
        self.env.flush_all()
        rows = self.env["aftersales.service.cost.report"].search(
            [("company_id", "=", self.company.id), ("product_id", "=", self.motor.id)]
        )
        self.assertEqual(rows.model_id, self.vehicle_model)
        self.assertEqual(rows.categ_id, self.drive)
        self.assertEqual(rows.factor, 2.5)

    def test_comeback_is_our_own_fault(self):
        again = self._ticket().sudo()
        self._use_part(self._agreed(again, self.mirror))
        self.assertEqual(self._costs()["regular", "part"], (60.0, 60.0))
        self.ticket.delivered_at = "2025-10-11 08:00:00"
        again.comeback_of_id = self.ticket
        found = self._costs()
        self.assertEqual(found["regular", "part"], (30.0, 30.0))
        self.assertEqual(found["nonconforming", "part"], (830.0, 2030.0))

    def test_what_comes_back_is_taken_off(self):
        self._use_part(self._agreed(self.ticket, self.mirror), back=True)
        self.assertEqual(self._costs()["regular", "part"], (0.0, 0.0))
