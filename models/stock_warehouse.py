from odoo import api, fields, models

# The after-sales operation types of a warehouse, each with its own book (R-PART-09):
# field -> (prefix of the numbers, kind of slip).
PARTS_TYPES = {
    "aftersales_issue_type_id": ("PI", "issue"),
    "aftersales_loan_type_id": ("PL", "loan"),
    "aftersales_return_type_id": ("PR", "return"),
    "aftersales_old_part_type_id": ("OP", "old_part"),
}


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    aftersales_issue_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Issue Type", check_company=True, copy=False
    )
    aftersales_loan_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Loan Type", check_company=True, copy=False
    )
    aftersales_return_type_id = fields.Many2one(
        "stock.picking.type", string="Parts Return Type", check_company=True, copy=False
    )
    aftersales_old_part_type_id = fields.Many2one(
        "stock.picking.type", string="Old Parts Type", check_company=True, copy=False
    )

    @api.model
    def _create_aftersales_types(self):
        """Give every warehouse that exists already the types new ones get."""
        warehouses = self.with_context(active_test=False).search(
            [("aftersales_issue_type_id", "=", False)]
        )
        for warehouse in warehouses:
            values = warehouse._create_or_update_sequences_and_picking_types()
            if values:
                warehouse.write(values)

    def _get_aftersales_type_names(self):
        """Return the shipped names of the types, in the language of the context."""
        return {
            "aftersales_issue_type_id": self.env._("Parts Issue"),
            "aftersales_loan_type_id": self.env._("Parts Loan"),
            "aftersales_return_type_id": self.env._("Parts Return"),
            "aftersales_old_part_type_id": self.env._("Old Parts"),
        }

    @api.model
    def _translate_aftersales_types(self):
        """Give the types of all warehouses their name in each installed language.

        A name that somebody chose himself stays.
        """
        languages = [code for code, __ in self.env["res.lang"].get_installed()]
        names = {
            code: self.with_context(lang=code)._get_aftersales_type_names()
            for code in languages
        }
        # sudo: only shipped names, whoever makes a warehouse or adds a language
        warehouses = (
            self.sudo()
            .with_context(active_test=False)
            .search([("aftersales_issue_type_id", "!=", False)])
        )
        for fname in PARTS_TYPES:
            shipped = {names[code][fname] for code in languages}
            for picking_type in warehouses[fname]:
                picking_type.update_field_translations(
                    "name",
                    {
                        code: names[code][fname]
                        for code in languages
                        if picking_type.with_context(lang=code).name in shipped
                    },
                )

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        name = name or self.name
        code = code or self.code
        for fname, (prefix, __) in PARTS_TYPES.items():
            prefix = self[fname].sequence_code or prefix
            values[fname] = {
                "name": self.env._(
                    "%(warehouse)s Sequence after-sales %(code)s",
                    warehouse=name,
                    code=prefix,
                ),
                "prefix": f"{code}/{prefix}/",
                "padding": 5,
                "company_id": self.company_id.id,
            }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        data, next_sequence = super()._get_picking_type_create_values(max_sequence)
        customers, __ = self._get_partner_locations()
        stock = self.lot_stock_id
        company = self.company_id
        custody = company._get_aftersales_location("custody")
        zone = company._get_aftersales_location("old_part")
        names = self._get_aftersales_type_names()
        details = {
            "aftersales_issue_type_id": {
                "name": names["aftersales_issue_type_id"],
                "code": "outgoing",
                "default_location_src_id": stock.id,
                "default_location_dest_id": customers.id,
                "use_create_lots": False,
                "use_existing_lots": True,
            },
            "aftersales_loan_type_id": {
                "name": names["aftersales_loan_type_id"],
                "code": "internal",
                "default_location_src_id": stock.id,
                "default_location_dest_id": custody.id,
                "use_create_lots": False,
                "use_existing_lots": True,
            },
            "aftersales_return_type_id": {
                "name": names["aftersales_return_type_id"],
                "code": "incoming",
                "default_location_src_id": customers.id,
                "default_location_dest_id": stock.id,
                "use_create_lots": False,
                "use_existing_lots": True,
            },
            "aftersales_old_part_type_id": {
                "name": names["aftersales_old_part_type_id"],
                "code": "incoming",
                "default_location_src_id": customers.id,
                "default_location_dest_id": zone.id,
                "use_create_lots": True,
                "use_existing_lots": True,
            },
        }
        for fname, values in details.items():
            prefix, kind = PARTS_TYPES[fname]
            data[fname] = {
                **values,
                "sequence": next_sequence,
                "sequence_code": prefix,
                "aftersales_kind": kind,
                # What is not issued today stays open on a slip of its own.
                "create_backorder": "always",
                "company_id": company.id,
            }
            next_sequence += 1
        return data, next_sequence

    def _get_picking_type_update_values(self):
        data = super()._get_picking_type_update_values()
        code = self.code.replace(" ", "").upper()
        for fname, (prefix, __) in PARTS_TYPES.items():
            data[fname] = {"active": self.active, "barcode": f"{code}AS{prefix}"}
        return data

    def _create_or_update_sequences_and_picking_types(self):
        values = super()._create_or_update_sequences_and_picking_types()
        for fname in ("aftersales_issue_type_id", "aftersales_loan_type_id"):
            if fname in values:
                self.env["stock.picking.type"].browse(
                    values[fname]
                ).return_picking_type_id = values.get("aftersales_return_type_id")
        return values

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        self._translate_aftersales_types()
        return warehouses

    def _update_name_and_code(self, new_name=False, new_code=False):
        result = super()._update_name_and_code(new_name, new_code)
        for warehouse in self:
            values = warehouse._get_sequence_values(name=new_name, code=new_code)
            # sudo: sequences belong to the system; who renames a warehouse may not
            # write them, as the standard types' sequences are renamed
            warehouse = warehouse.sudo()
            for fname in PARTS_TYPES:
                warehouse[fname].sequence_id.write(values[fname])
        return result
