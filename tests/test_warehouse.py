from odoo.tests import tagged

from odoo.addons.aftersales.hooks import _archive_parts_types

from .common_parts import PartsCommon

TYPES = {
    "aftersales_issue_type_id": ("issue", "outgoing"),
    "aftersales_loan_type_id": ("loan", "internal"),
    "aftersales_return_type_id": ("return", "incoming"),
    "aftersales_old_part_type_id": ("old_part", "incoming"),
}


@tagged("post_install", "-at_install")
class TestWarehouse(PartsCommon):
    """Operation types, books and places of after-sales parts (R-PART-09, R-OLD-01)."""

    def test_every_warehouse_has_its_own_books(self):
        new = self.env["stock.warehouse"].create({"name": "North", "code": "NO"})
        for warehouse in self.warehouse | new:
            prefixes = set()
            for fname, (kind, code) in TYPES.items():
                picking_type = warehouse[fname]
                self.assertEqual(picking_type.aftersales_kind, kind)
                self.assertEqual(picking_type.code, code)
                self.assertEqual(picking_type.warehouse_id, warehouse)
                prefixes.add(picking_type.sequence_id.prefix)
            self.assertEqual(len(prefixes), 4)
            standard = warehouse.out_type_id | warehouse.in_type_id
            self.assertFalse(standard.filtered("aftersales_kind"))
            self.assertNotIn(warehouse.out_type_id.sequence_id.prefix, prefixes)

    def test_renamed_warehouse_renames_its_books(self):
        new = self.env["stock.warehouse"].create({"name": "North", "code": "NO"})
        new.code = "NX"
        self.assertEqual(new.aftersales_issue_type_id.sequence_id.prefix, "NX/PI/")

    def test_new_company_gets_its_places(self):
        company = self.env["res.company"].create({"name": "Branch"})
        for kind in ("custody", "old_part"):
            location = company._get_aftersales_location(kind)
            self.assertEqual(location.usage, "internal")
            self.assertEqual(location.company_id, company)
            self.assertFalse(location.warehouse_id)
        for kind in ("warranty", "goodwill", "internal"):
            self.assertEqual(company._get_aftersales_location(kind).usage, "inventory")
        places = company._get_aftersales_location("custody")
        self.assertEqual(places, company._get_aftersales_location("custody"))
        self.assertNotEqual(places, self.company.aftersales_custody_location_id)

    def _set_up(self):
        """Do what the data files do at installation and update."""
        self.env["res.company"]._create_aftersales_locations()
        self.env["stock.warehouse"]._create_aftersales_types()

    def test_installed_on_a_running_database(self):
        """What existed before the installation gets types and places, once."""
        warehouse = self.env["stock.warehouse"].create({"name": "Old", "code": "OL"})
        before = warehouse.out_type_id, warehouse.delivery_route_id
        warehouse.write(dict.fromkeys(TYPES, False))
        self.company.aftersales_custody_location_id = False
        self._set_up()
        self.assertTrue(all(warehouse[fname] for fname in TYPES))
        self.assertTrue(self.company.aftersales_custody_location_id)
        issue = warehouse.aftersales_issue_type_id
        self._set_up()
        self.assertEqual(warehouse.aftersales_issue_type_id, issue)
        self.assertEqual((warehouse.out_type_id, warehouse.delivery_route_id), before)

    def test_types_are_named_in_each_language(self):
        """Also in a language that comes in later; a name of one's own stays."""
        issue = self.warehouse.aftersales_issue_type_id
        self.env["res.lang"]._activate_lang("zh_CN")
        loan = self.warehouse.aftersales_loan_type_id.with_context(lang="zh_CN")
        loan.name = "工具间"
        self.env["ir.module.module"]._load_module_terms(["aftersales"], ["zh_CN"])
        self.assertEqual(issue.with_context(lang="zh_CN").name, "配件出库")
        self.assertEqual(issue.with_context(lang="en_US").name, "Parts Issue")
        self.assertEqual(loan.name, "工具间")
        new = (
            self.env["stock.warehouse"]
            .with_context(lang="zh_CN")
            .create({"name": "北", "code": "NO"})
        )
        old_part = new.aftersales_old_part_type_id
        self.assertEqual(old_part.with_context(lang="zh_CN").name, "旧件")
        self.assertEqual(old_part.with_context(lang="en_US").name, "Old Parts")

    def test_default_operation_types_stay_the_standard_ones(self):
        for code, fname in (("outgoing", "out_type_id"), ("incoming", "in_type_id")):
            found = self.env["stock.picking.type"].search(
                [("code", "=", code), ("warehouse_id", "=", self.warehouse.id)],
                limit=1,
            )
            self.assertEqual(found, self.warehouse[fname])

    def test_uninstall_archives_types_and_keeps_full_places(self):
        ticket = self._approved((self.motor, {"payer": "internal", "quantity": 2}))
        slip = self._request(ticket)
        loan = self._transfer(ticket, "loan", {self.motor: 1})
        self._release(loan)
        self._issue(loan)
        _archive_parts_types(self.env)
        self.assertEqual(slip.state, "cancel")
        self.assertFalse(any(self.warehouse[fname].active for fname in TYPES))
        self.assertTrue(self.company.aftersales_custody_location_id.active)
        self.assertFalse(self.company.aftersales_old_part_location_id.active)
        self.assertTrue(self.warehouse.out_type_id.active)
