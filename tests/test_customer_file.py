from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestCustomerFile(AftersalesCommon):
    """The file of a customer, and what it still lacks."""

    def _create(self, **vals):
        return self.env["aftersales.vehicle"].create(
            {"partner_id": self.customer.id, **vals}
        )

    def test_what_the_customer_file_lacks_is_said(self):
        self.assertIn("address of the owner", self.vehicle.file_missing)
        self.customer.street = "Dock Road 1"
        self.vehicle.vehicle_kind = "truck"
        self.assertFalse(self.vehicle.file_missing)

    def test_recommended_work_stays_until_somebody_closes_it(self):
        work = (
            self.env["aftersales.vehicle.recommendation"]
            .with_user(self.user_technician)
            .create({"vehicle_id": self.vehicle.id, "name": "Rear brake pads at 20 %"})
        )
        self.assertEqual(self.vehicle.open_recommendation_count, 1)
        work.action_done()
        self.assertEqual(self.vehicle.open_recommendation_count, 0)
        self.assertEqual(work.closed_by_id, self.user_technician)
        work.action_drop()
        self.assertEqual(work.state, "done", "closed once")
        with self.assert_refused(UserError, "part of its history"):
            work.sudo().unlink()

    def test_customer_of_a_person_and_his_people(self):
        self._create(vin=VINS[1], partner_id=self.driver.id)
        customer = self.customer.with_user(self.user_advisor)
        self.assertEqual(customer.aftersales_vehicle_count, 2)
        self.assertEqual(self.driver.aftersales_vehicle_count, 1)
        self.assertEqual(customer.aftersales_grade, "normal")
        self.assertEqual(
            self.env["aftersales.vehicle"].search_count(
                customer.action_aftersales_vehicles()["domain"]
            ),
            2,
        )

    def test_same_phone_is_announced(self):
        form = Form(self.env["res.partner"].with_user(self.user_advisor))
        form.name = "Lin again"
        form.phone = self.customer.phone
        self.assertIn(self.customer, form.aftersales_same_phone_ids[:])

    def test_same_phone_however_written(self):
        """R-CUST-05: signs, blanks, country code and its zeros make no second file."""
        china = self.env.ref("base.cn")
        self.company.country_id = china
        Partner = self.env["res.partner"].with_user(self.user_advisor)
        for phones in (
            ("+86 138 0000 0000", "13800000000", "0086-138-0000-0000", "8613800000000"),
            ("+86 (0)755 8888 7777", "0755-88887777", "(0755) 8888.7777"),
        ):
            files = Partner.create(
                [{"name": phone, "phone": phone} for phone in phones]
            )
            for file in files:
                self.assertEqual(file.aftersales_same_phone_ids, files - file)
        form = Form(Partner)
        form.name = "Once more"
        form.phone = " 138 0000 00 00"
        self.assertEqual(len(form.aftersales_same_phone_ids[:]), 4)
        form.phone = "13900000000"
        self.assertFalse(form.aftersales_same_phone_ids[:])
        form.phone = False
        self.assertFalse(form.aftersales_same_phone_ids[:])
        # Where the country code is another one, it makes another number
        other = Partner.create(
            {"name": "Far", "phone": "13800000000", "country_id": china.id}
        )
        self.assertEqual(len(other.aftersales_same_phone_ids), 4)
        other.phone = "+1 380 000 0000"
        self.assertFalse(other.aftersales_same_phone_ids)
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'res_partner'"
            " AND indexdef LIKE '%aftersales_phone_key%'"
        )
        self.assertTrue(self.env.cr.fetchone(), "found by an index")

    def test_customer_master_kept_by_sales(self):
        customer = self.customer.with_user(self.user_advisor)
        customer.name = "Lin Freight Co."
        self.company.aftersales_customer_master_locked = True
        customer.write({"name": "Lin Freight Co.", "phone": "+86 555 0299"})
        with self.assert_refused(UserError, "kept by Sales"):
            customer.street = "Elsewhere 2"
        self.driver.with_user(self.user_advisor).name = "Mr Zhao Min"
        self.user_advisor.group_ids += self.env.ref("sales_team.group_sale_salesman")
        customer.street = "Elsewhere 2"
        self.assertEqual(self.customer.street, "Elsewhere 2")

    def test_customers_are_chosen_by_grade_region_and_salesperson(self):
        """Whom to survey and visit (R-CUST-15)."""
        region = self.env["res.country.state"].search([], limit=1)
        self.customer.write(
            {
                "aftersales_grade": "high",
                "state_id": region.id,
                "user_id": self.user_quality.id,
            }
        )
        other = self.env["res.partner"].create({"name": "Harbour Works"})
        self.env["aftersales.vehicle"].create({"vin": VINS[1], "partner_id": other.id})
        vehicles = self.env["aftersales.vehicle"].with_user(self.user_quality)
        search = vehicles.get_view(view_type="search")["arch"]
        for fname, value in (
            ("owner_grade", "high"),
            ("owner_state_id", region),
            ("owner_salesperson_id", self.user_quality),
        ):
            self.assertIn(f"'group_by': '{fname}'", search)
            groups = dict(
                vehicles._read_group(
                    [("partner_id", "in", (self.customer | other).ids)],
                    [fname],
                    ["id:recordset"],
                )
            )
            self.assertEqual(groups[value], self.vehicle)
        self.assertEqual(vehicles.search([("owner_grade", "=", "high")]), self.vehicle)

        action = self.env.ref("aftersales.res_partner_action_population")
        domain = safe_eval(action.domain)
        population = self.env["res.partner"].with_user(self.user_quality)
        population = population.search(domain)
        self.assertIn(self.customer, population)
        self.assertNotIn(self.driver, population, "he owns no vehicle")
        grouped = population._read_group(
            [("id", "in", population.ids)],
            ["aftersales_grade", "state_id"],
            ["id:recordset"],
        )
        self.assertIn(("high", region, self.customer), grouped)
