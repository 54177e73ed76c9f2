from odoo import api, models

from ..tools import vin as vin_tools

# Rows of a file are counted as a spreadsheet does: the header is row 1.
FIRST_ROW = 2
# So many bad rows are named; whoever sees these has enough to mend.
SHOWN = 20


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
        """Check all VINs and names of a file before any of its rows is written.

        One bad number or unknown name would otherwise make the import go row by row,
        lose the customers it had just made, and report rows that are sound.
        """
        problems = self._get_import_problems(fields, data) if "vin" in fields else []
        if problems:
            return {"ids": False, "messages": problems, "nextrow": 0}
        with self.env.cr.savepoint() as savepoint:
            fields, data, problems = self._find_import_names(fields, data)
            if problems:
                result = {"ids": False, "messages": problems, "nextrow": 0}
            else:
                result = super().load(fields, data)
            if not result["ids"]:
                savepoint.rollback()
        return result

    @api.model
    def _find_import_names(self, fields, data):
        """Look up owners, models and the like once for each name, not for each row.

        New ones are made where the import screen was told so.

        :return: fields and data with database ids in place of names, and messages
            about names that are unknown and may not be made
        """
        fields, data, messages = list(fields), [list(row) for row in data], []
        for column, fname in enumerate(fields):
            field = self._fields.get(fname)
            if not field or field.type != "many2one":
                continue
            rows_by_name = {}
            for index, row in enumerate(data):
                if row[column]:
                    rows_by_name.setdefault(row[column], []).append(index)
            found = {name: self._find_import_name(field, name) for name in rows_by_name}
            left_out = {
                *self.env.context.get("import_set_empty_fields", ()),
                *self.env.context.get("import_skip_records", ()),
            }
            unknown = [name for name, record_id in found.items() if not record_id]
            if unknown and fname in left_out:
                continue
            messages += [
                self._prepare_import_message(field, name, rows_by_name[name])
                for name in unknown
            ]
            for name, indexes in rows_by_name.items():
                for index in indexes:
                    data[index][column] = str(found[name])
            fields[column] = f"{fname}/.id"
        return fields, data, messages

    @api.model
    def _find_import_name(self, field, name):
        """Return the id of the record of that name, made if that is wanted, or None."""
        comodel = self.env[field.comodel_name]
        found = comodel.name_search(name, operator="=", limit=1)
        if found:
            return found[0][0]
        wanted = self.env.context.get("name_create_enabled_fields") or {}
        if wanted.get(field.name) and comodel.has_access("create"):
            return comodel.name_create(name)[0]
        return None

    @api.model
    def _prepare_import_message(self, field, name, indexes):
        """Return what the import screen shows about an unknown name."""
        comodel = self.env[field.comodel_name]
        label = field._description_string(self.env)
        wanted = self.env.context.get("name_create_enabled_fields") or {}
        if wanted.get(field.name):
            text = self.env._(
                "%(field)s “%(name)s” is not known, and you may not add it. Ask a "
                "manager to enter it, then import again.",
                field=label,
                name=name,
            )
        else:
            text = self.env._(
                "%(field)s “%(name)s” is not known. Choose below what to do with it, "
                "or correct the file.",
                field=label,
                name=name,
            )
        return {
            "type": "error",
            "message": text,
            "value": name,
            "field": field.name,
            "field_path": [field.name],
            "field_name": label,
            "field_type": self.env._("name"),
            "record": indexes[0],
            "rows": {"from": indexes[0], "to": indexes[-1]},
            "moreinfo": {
                "name": label,
                "type": "ir.actions.act_window",
                "target": "new",
                "res_model": comodel._name,
                "view_mode": "list",
                "views": [(False, "list")],
                "context": {"create": False},
            },
        }

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
                # Without a field the screen shows each text, with its row in the
                # file; in a column it would show several rows without any text.
                messages.append(
                    {
                        "type": "error",
                        "message": text,
                        "record": index + FIRST_ROW,
                        "rows": {"from": index, "to": index},
                    }
                )
        if len(messages) > SHOWN:
            more = len(messages) - SHOWN
            del messages[SHOWN:]
            last = messages[-1]
            last["message"] = self.env._(
                "%(problem)s (And %(count)s more rows.)",
                problem=last["message"],
                count=more,
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
                row=earlier + FIRST_ROW,
            )
        if number in existing:
            return self._describe_duplicate(existing[number])
        return ""
