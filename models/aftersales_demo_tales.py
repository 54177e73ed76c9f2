from odoo import models


class AftersalesDemo(models.AbstractModel):
    """What happens in the demo story; how it is played is in ``aftersales_demo.py``."""

    _inherit = "aftersales.demo"

    def _get_tales(self):
        """Return what happens: one dict of `_play` per ticket."""
        repair, parts = "demo_operation_motor", "demo_part_motor"
        pads = [
            ("demo_part_pads", {"quantity": 2}),
            ("demo_operation_brakes", {}),
        ]
        motor = [
            (parts, {"payer": "warranty"}),
            (repair, {"payer": "warranty"}),
            ("demo_part_wiper", {"quantity": 2}),
        ]
        pump_credit = [
            ("demo_part_pump", {"credit": True}),
            ("demo_operation_pump", {}),
        ]
        service = [
            ("demo_operation_service", {}),
            ("demo_part_fuse", {}),
        ]
        howl = "Motor howls under load, no drive uphill"
        squeal = "Brakes squeal, pedal goes soft"
        hot = "Red warning lamp, coolant too hot"
        yearly = "Yearly service is due"
        mirror = [("demo_part_mirror", {})]
        return [
            # On their way through the workshop
            {"vehicle": 1, "days": 0, "complaint": howl, "until": None},
            {"vehicle": 2, "days": 0, "complaint": squeal, "until": "assign"},
            {
                "vehicle": 26,
                "days": 0,
                "complaint": squeal,
                "channel": "walk_in",
                "triage": "quotation",
                "until": None,
            },
            {
                "vehicle": 27,
                "days": 0,
                "complaint": yearly,
                "channel": "walk_in",
                "until": None,
            },
            {"vehicle": 3, "days": 1, "complaint": hot, "until": "diagnose"},
            {
                "vehicle": 4,
                "days": 1,
                "complaint": howl,
                "lines": motor,
                "until": "quote",
            },
            {
                "vehicle": 5,
                "days": 2,
                "complaint": squeal,
                "lines": pads,
                "until": "quote",
            },
            {
                "vehicle": 6,
                "days": 2,
                "complaint": squeal,
                "lines": pads,
                "until": "approve",
                "promised": 26,
                "lend": True,
            },
            {
                "vehicle": 7,
                "days": 3,
                "complaint": howl,
                "lines": motor,
                "until": "request",
                "promised": 50,
            },
            {
                "vehicle": 8,
                "days": 3,
                "complaint": hot,
                "lines": pump_credit,
                "until": "release",
                "promised": 28,
            },
            {
                "vehicle": 9,
                "days": 4,
                "complaint": howl,
                "lines": motor,
                "deposit": True,
                "until": "issue",
                "promised": 8,
            },
            {
                "vehicle": 10,
                "days": 4,
                "complaint": yearly,
                "ticket_type": "maintenance",
                "lines": service,
                "until": "issue",
                "deposit": True,
                "promised": 5,
            },
            {
                "vehicle": 11,
                "days": 4,
                "complaint": squeal,
                "lines": pads,
                "deposit": True,
                "until": "finish",
                "promised": 3,
            },
            {
                "vehicle": 12,
                "days": 5,
                "complaint": hot,
                "lines": pump_credit,
                "until": "inspect",
            },
            {
                "vehicle": 13,
                "days": 6,
                "complaint": squeal,
                "lines": pads,
                "deposit": True,
                "until": "deliver",
            },
            {
                "vehicle": 14,
                "days": 20,
                "complaint": yearly,
                "ticket_type": "maintenance",
                "lines": service + mirror,
                "defer": ("demo_part_mirror",),
                "deposit": True,
                "until": "close",
            },
            # Back again: what was put off is announced
            {"vehicle": 14, "days": 0, "complaint": squeal, "until": "diagnose"},
            # On the road
            {
                "vehicle": 18,
                "days": 0,
                "mode": "onsite",
                "complaint": "Stands at the harbour gate, does not move",
                "priority": "2",
                "until": "assign",
            },
            {
                "vehicle": 19,
                "days": 1,
                "mode": "onsite",
                "complaint": hot,
                "lines": pump_credit,
                "until": "approve",
            },
            {
                "vehicle": 20,
                "days": 75,
                "mode": "onsite",
                "complaint": hot,
                "lines": pump_credit,
                "until": "close",
                "skip": ("pay",),
                "overdue": 62,
            },
            {
                "vehicle": 21,
                "days": 50,
                "mode": "onsite",
                "complaint": hot,
                "lines": pump_credit,
                "until": "close",
                "skip": ("pay",),
                "overdue": 44,
            },
            # Parts by courier, and help by phone
            {
                "vehicle": 24,
                "days": 2,
                "mode": "parts",
                "ticket_type": "parts",
                "complaint": "Mirror broken at the ramp, will fit it ourselves",
                "lines": mirror,
                "deposit": True,
                "until": "issue",
            },
            {
                "vehicle": 28,
                "days": 1,
                "mode": "parts",
                "complaint": "Mirror broken",
                "lines": mirror,
                "until": "diagnose",
            },
            {
                "vehicle": 29,
                "days": 9,
                "mode": "remote",
                "ticket_type": "consultation",
                "complaint": "Does not charge in the morning frost",
                "until": "deliver",
            },
            {
                "vehicle": 30,
                "days": 1,
                "mode": "onsite",
                "channel": "web",
                "complaint": "Tail lift stuck half way",
                "until": None,
            },
            {
                "vehicle": 31,
                "days": 1,
                "mode": "onsite",
                "channel": "sales",
                "complaint": "Range has dropped by a third",
                "until": None,
            },
            {
                "vehicle": 32,
                "days": 3,
                "complaint": "Owner reported it twice",
                "until": "cancel",
            },
            {
                "vehicle": 33,
                "days": 5,
                "complaint": hot,
                "until": "hold",
            },
        ]
