from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ROLES, AftersalesCommon
from .common_companies import CompanyRows
from .test_access_matrix import concrete_models

# Many2one fields without Odoo's company check, and why that is right.
UNCHECKED = {
    # Rows and forms that only our own code writes, from the document they belong to
    "aftersales.account.period": {"policy_id"},
    "aftersales.appointment": {"policy_id"},
    "aftersales.deadline": {
        "account_period_id",
        "appointment_id",
        "calendar_id",
        "deduction_refund_id",
        "old_part_report_id",
        "policy_line_id",
        "shift_id",
        "statement_id",
        "ticket_id",
    },
    "aftersales.deduction.refund": {"policy_id"},
    "aftersales.gate.pass": {"partner_id"},
    "aftersales.inspection.line": {"ticket_line_id", "recommendation_id"},
    "aftersales.reception.proposal": {"ticket_line_id", "recommendation_id"},
    "aftersales.old.part.report": {"policy_id"},
    "aftersales.old.part.report.line": {"product_id"},
    "aftersales.part.return": {"receipt_id", "product_id"},
    "aftersales.shift": {"policy_id"},
    "aftersales.statement": {"partner_id", "policy_id"},
    "aftersales.statistics.line": {"partner_id"},
    "aftersales.statement.line": {"partner_id"},
    "aftersales.ticket": {"policy_id"},
    "aftersales.ticket.line": {"sale_line_id"},
}


@tagged("post_install", "-at_install")
class TestCompanies(CompanyRows, AftersalesCommon):
    """Two companies on one database: nobody reads the other's rows.

    For every model of after-sales, also those to come: a row of each is made in another
    company from the fields it requires. What that cannot guess is said in
    `common_companies.py`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Station"})
        cls._setup_books(cls.other)
        cls.their_manager = new_test_user(
            cls.env,
            "their_manager",
            groups="aftersales.group_aftersales_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
        )
        cls.both = new_test_user(
            cls.env,
            "both",
            groups="aftersales.group_aftersales_manager,base.group_multi_company",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
        )
        cls.theirs = cls.env(context={"allowed_company_ids": cls.other.ids}, su=True)
        cls.made = {}
        # One row of each, for all tests: making them takes longer than looking.
        maker = cls("test_no_role_reads_another_companys_rows")
        for name in concrete_models(cls.env):
            maker._make(name)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        # What was read while the rows were made is no answer to who may read them.
        self.env.invalidate_all()
        self.refused = set()

    # -------------------------------------------------------------------- tests

    def test_no_role_reads_another_companys_rows(self):
        for name in concrete_models(self.env):
            row = self._make(name)
            self.assertTrue(row, name)
            with self.subTest(model=name):
                # Else the rows would be hidden from everybody, and this test idle.
                own = self._seen(row, self.their_manager, self.other)
                self.assertTrue(own.has_access("read"), "their own manager")
                for role in ROLES:
                    user = self.users[role]
                    self._assert_closed(self._seen(row, user, self.company), role)

    def test_only_the_companies_at_work_count(self):
        """Who may work for both sees a company's rows only while he works for it."""
        for name in concrete_models(self.env):
            row = self._make(name)
            if row.is_transient():
                continue
            with self.subTest(model=name):
                here = self._seen(row, self.both, self.company)
                self._assert_closed(here, "while working for the first company")
                there = self._seen(row, self.both, self.company | self.other)
                self.assertTrue(there.has_access("read"), "while working for both")

    def _seen(self, row, user, companies):
        """Return ``row`` as ``user`` sees it who has these companies open."""
        return row.with_user(user).with_context(allowed_company_ids=companies.ids)

    def _assert_closed(self, row, who):
        found = row.browse()
        may_read = row.browse().has_access("read")
        if may_read:
            found = row.with_context(active_test=False).search([("id", "=", row.id)])
        self.assertFalse(found, f"{who} finds it")
        for operation in ("read", "write", "unlink"):
            self.assertFalse(row.has_access(operation), f"{who} may {operation} it")
        # By the same answer, which takes long to be put in words: once for those who
        # may read such rows of their own, once for those who may not.
        if (row._name, may_read) not in self.refused:
            self.refused.add((row._name, may_read))
            with self.assertRaises(AccessError):
                row.read(["display_name"])

    def test_forms_belong_to_who_opened_them(self):
        """A wizard may hold words of a customer: colleagues do not read it."""
        colleague = self.their_manager.copy({"login": "their_second_manager"})
        self.assertEqual(colleague.company_ids, self.other)
        for name in concrete_models(self.env):
            if self.env[name].is_transient():
                row = self._make(name)
                with self.subTest(model=name):
                    self.assertEqual(row.create_uid, self.their_manager)
                    his = self._seen(row, colleague, self.other)
                    self.assertFalse(his.has_access("read"))

    def test_references_stay_within_the_company(self):
        """Each reference to what belongs to companies is checked, or said not to be."""
        followed = {"res.users", "res.company"}
        found = {}
        for name in concrete_models(self.env):
            model = self.env[name]
            company = model._fields.get("company_id")
            parent = company and company.related and company.related.split(".")[0]
            if not company or not model._auto or model.is_transient():
                continue
            for field in model._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and not (field.check_company and model._check_company_auto)
                    and not field.related
                    # Its company is that of the record it hangs on.
                    and field.name != parent
                    and field.comodel_name not in followed
                    and "company_id" in self.env[field.comodel_name]._fields
                ):
                    found.setdefault(name, set()).add(field.name)
        self.assertEqual(found, UNCHECKED)
