from odoo import api, models


class AftersalesDemo(models.AbstractModel):
    """Parts that are told apart by lot and by serial number."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_numbered_parts(self):
        """Let two slips wait at the counter, each with a serial number and more oil
        than the older lot has. Called once, by the demo data."""
        lines = [
            ("demo_part_charger", {}),
            ("demo_part_oil", {"quantity": 3}),
            ("demo_operation_charger", {}),
        ]
        for vehicle, days in ((15, 1), (23, 0)):
            self._play(
                vehicle,
                days,
                "Does not charge, oil drips from the axle",
                "release",
                lines=lines,
                deposit=True,
            )
