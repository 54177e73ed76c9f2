from odoo.tests import new_test_user, tagged

from .common import AftersalesCommon

# Who finds what of money by the menus: role, menu, whether it is there.
MENUS = (
    ("technician", "menu_aftersales_statement", True),
    ("technician", "menu_deduction", True),
    ("technician", "menu_referral", True),
    ("technician", "menu_payout_own", True),
    ("technician", "menu_aftersales_receivable", False),
    ("technician", "menu_aftersales_gate_pass", False),
    ("technician", "menu_payout", False),
    ("technician", "menu_aftersales_dunning", False),
    ("quality", "menu_aftersales_account_period", True),
    ("quality", "menu_aftersales_settlement", False),
    ("advisor", "menu_aftersales_receivable", True),
    ("advisor", "menu_aftersales_settlement_batch", True),
    ("advisor", "menu_payout", False),
    ("finance", "menu_payout", True),
    ("finance", "menu_aftersales_gate_pass", True),
)


@tagged("post_install", "-at_install")
class TestMoneyMenus(AftersalesCommon):
    """Everybody finds what concerns him, down from the app's first menu."""

    def _finds(self, user, xmlid):
        """Whether ``user`` reaches a menu through the menus above it."""
        menu = self.env.ref(f"aftersales.{xmlid}")
        return menu.id in self.env["ir.ui.menu"].with_user(user).load_menus(False)

    def test_each_role(self):
        for role, xmlid, there in MENUS:
            with self.subTest(role=role, menu=xmlid):
                self.assertEqual(self._finds(self.users[role], xmlid), there)

    def test_human_resources(self):
        """They confirm deductions without a role of After-Sales (R-PAY-04)."""
        user = new_test_user(self.env, "hr_only", groups="hr.group_hr_user")
        for xmlid in ("menu_deduction_hr", "menu_payout_hr"):
            self.assertTrue(self._finds(user, xmlid), xmlid)
        self.assertFalse(self._finds(user, "menu_aftersales_money"))
