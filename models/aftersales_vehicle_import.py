from odoo import api, models

from ..tools import vin as vin_tools


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    @api.model
    def get_import_templates(self):
        """Return the file offered on the import screen (R-VEH-03)."""
        return [
            {
                "label": self.env._("Import Template for Vehicles"),
                "template": "/aftersales/static/import/vehicles.csv",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Check all VINs of a file before any of its rows is written.

        One bad number would otherwise make the import go row by row, lose the
        customers it had just made, and report rows that are sound.
        """
        if "vin" in fields and data:
            messages = self._get_import_problems(fields, data)
            if messages:
                return {"ids": False, "messages": messages, "nextrow": 0}
        return super().load(fields, data)

    @api.model
    def _get_import_problems(self, fields, data):
        """Return one message for each row whose VIN cannot be filed (R-BEY-01).

        Costs one query, and none when rows update files that exist.
        """
        column = fields.index("vin")
        numbers = [vin_tools.normalize(row[column]) for row in data]
        existing = {}
        if not {"id", ".id", "company_id"} & set(fields):
            existing = {
                vehicle.vin: vehicle
                for vehicle in self.search_fetch(
                    [
                        ("active", "=", True),
                        ("company_id", "=", self.env.company.id),
                        ("vin", "in", list(filter(None, numbers))),
                    ],
                    ["vin"],
                )
            }
        messages, seen = [], {}
        for index, number in enumerate(numbers):
            if not number:
                continue
            text = self._get_import_problem(number, seen.get(number), existing)
            seen.setdefault(number, index)
            if text:
                messages.append(
                    {
                        "type": "error",
                        "message": text,
                        "field": "vin",
                        "record": index,
                        "rows": {"from": index, "to": index},
                    }
                )
        return messages

    @api.model
    def _get_import_problem(self, number, earlier, existing):
        """Return what keeps one number from being filed, or "".

        :param earlier: index of the row that has it already, or None
        :param existing: {number: the file that has it already}
        """
        problem = vin_tools.find_problem(number)
        if problem and problem.binding:
            return self._describe_vin_problem(number, problem)
        if earlier is not None:
            return self.env._(
                "VIN %(vin)s stands in row %(row)s already. "
                "One vehicle, one file: leave one out.",
                vin=number,
                row=earlier + 2,
            )
        if number in existing:
            return self._describe_duplicate(existing[number])
        return ""
