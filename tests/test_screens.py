from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged

from .common import ROLES, AftersalesCommon


@tagged("post_install", "-at_install")
class TestScreens(AftersalesCommon):
    """Every entry of the menu opens for those who see it, and records can be kept."""

    def _actions(self, user):
        """Return the window actions of the menu as ``user`` sees it."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        root = self.env.ref("aftersales.menu_aftersales_root").id
        ids, waiting = [], [root]
        while waiting:
            menu = menus[waiting.pop()]
            waiting += menu["children"]
            if menu["action_model"] == "ir.actions.act_window":
                ids.append(menu["action_id"])
        return self.env["ir.actions.act_window"].browse(ids)

    def test_every_menu_opens_for_every_role(self):
        for role in ROLES:
            user = self.users[role]
            actions = self._actions(user)
            self.assertTrue(actions, role)
            for action in actions:
                if action.res_model == "res.config.settings":
                    continue
                with self.subTest(role=role, action=action.name):
                    model = self.env[action.res_model].with_user(user)
                    views = model.get_views([*action.views, (False, "search")])
                    kind = "form" if "form" in views["views"] else "list"
                    arch = etree.fromstring(views["views"][kind]["arch"])
                    names = arch.xpath("//field[not(ancestor::field)]/@name")
                    model.search([], limit=1).read(names)

    def test_lists_have_company_filters_and_help(self):
        """Each action of ours explains itself, each document can be grouped."""
        for action in self._actions(self.user_manager):
            if not action.res_model.startswith("aftersales."):
                continue
            with self.subTest(action=action.name):
                self.assertTrue(action.help)
                arch = self.env[action.res_model].get_view(
                    action.search_view_id.id, "search"
                )["arch"]
                self.assertIn("group_by", arch)

    def test_what_is_entered_in_a_list_can_be_entered(self):
        """A badge only shows: in a list one writes in it would never let one choose."""
        rows = self.env["ir.model.data"].search(
            [("module", "=", "aftersales"), ("model", "=", "ir.ui.view")]
        )
        for view in self.env["ir.ui.view"].browse(rows.mapped("res_id")):
            arch = etree.fromstring(view.arch_db)
            for node in arch.xpath("//list[@editable]//field[@widget='badge']"):
                model = self.env[view.model]
                for parent in node.xpath("ancestor::field/@name"):
                    model = self.env[model._fields[parent].comodel_name]
                field = model._fields[node.get("name")]
                with self.subTest(view=view.name, field=field.name):
                    self.assertTrue(
                        field.readonly or node.get("readonly") in ("1", "True")
                    )

    def test_vehicle_models_open_without_the_fleet_app(self):
        """Fleet's own vehicles are not needed to keep the catalogue of models."""
        # A manager is a vehicle manager as well; those who are not read models, too.
        models = self.env["fleet.vehicle.model"].with_user(self.user_quality)
        model = models.browse(self.vehicle_model.id)
        self.assertFalse(
            self.env["fleet.vehicle"].with_user(self.user_quality).has_access("read")
        )
        self.assertEqual(model.vehicle_count, 0)
        self.assertEqual(model.aftersales_vehicle_count, 1)
        opened = model.action_aftersales_vehicles()
        self.assertEqual(
            self.env["aftersales.vehicle"].search(opened["domain"]), self.vehicle
        )

    def test_master_data_is_duplicated_and_archived(self):
        manager = self.env(user=self.user_manager)
        fault = manager["aftersales.fault.code"].create({"code": "D", "name": "Drive"})
        records = [
            fault,
            manager["aftersales.team"].create({"name": "North"}),
            manager["aftersales.solution"].create({"name": "Howls"}),
            manager["aftersales.policy"].search([], limit=1).copy({"name": "Own"}),
            manager["aftersales.inspection.template"].search([], limit=1),
            manager["aftersales.followup.rule"].search([], limit=1).copy(),
        ]
        for record in records:
            with self.subTest(model=record._name), self.cr.savepoint():
                twin = record.copy()
                self.assertNotEqual(twin.display_name, record.display_name)
                for name in ("line_ids", "deadline_line_ids"):
                    if name in record._fields:
                        self.assertEqual(len(twin[name]), len(record[name]))
                twin.action_archive()
                self.assertNotIn(twin, record.search([]))

    def test_a_copied_ticket_is_a_new_case(self):
        ticket = self._ticket()
        ticket.with_user(self.user_advisor).action_assign()
        twin = ticket.with_user(self.user_advisor).copy()
        self.assertNotEqual(twin.name, ticket.name)
        self.assertEqual(twin.state, "new")
        self.assertEqual(twin.vehicle_id, ticket.vehicle_id)
        self.assertFalse(twin.deadline_ids.filtered("reached"))

    def test_what_stands_once_is_not_duplicated(self):
        """One vehicle, one file; one parts list a model: no button offers a copy."""
        for name in ("aftersales.vehicle", "aftersales.service.bom"):
            for kind in ("form", "list"):
                arch = self.env[name].get_view(view_type=kind)["arch"]
                self.assertEqual(etree.fromstring(arch).get("duplicate"), "0")

    def test_customer_shows_his_tickets(self):
        ticket = self._ticket()
        customer = self.customer.with_user(self.user_advisor)
        self.assertEqual(customer.aftersales_ticket_count, 1)
        action = customer.action_aftersales_tickets()
        self.assertEqual(self.env["aftersales.ticket"].search(action["domain"]), ticket)

    def test_kinds_of_vehicle_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        vehicles = self.env["aftersales.vehicle"]
        english = vehicles.fields_get(["vehicle_kind"])["vehicle_kind"]["selection"]
        self.assertIn(("truck", "Truck"), english)
        with patch.object(
            type(self.env),
            "_",
            lambda env, source, *args, **kwargs: f"{env.lang}:{source}",
        ):
            chinese = vehicles.with_context(lang="zh_CN")._get_kinds()
        self.assertIn(("truck", "zh_CN:Truck"), chinese)
