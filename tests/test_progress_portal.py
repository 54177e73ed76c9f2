from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from .test_progress import ProgressCommon


@tagged("post_install", "-at_install")
class TestProgressPortal(ProgressCommon, HttpCase):
    """The customer sees how far the work is (R-PROG-04)."""

    frozen = False

    def setUp(self):
        super().setUp()
        user = new_test_user(
            self.env,
            login="portal_progress",
            password="portal_progress",
            groups="base.group_portal",
        )
        user.partner_id.parent_id = self.customer

    def _page(self):
        self.env.flush_all()
        self.authenticate("portal_progress", "portal_progress")
        response = self.url_open(f"/my/tickets/{self.ticket.id}")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_work_delay_and_what_was_found(self):
        late = self.ticket.promised_at + timedelta(hours=2)
        delay = self.ticket.sudo()._prepare_delay(late, False)
        told = self._find(is_safety=True)
        self._find(finding="Not told yet")
        self._price(told)
        self._ask(told, "later")
        page = self._page()
        self.assertIn("Replace drive motor", page)
        self.assertIn("At work", page)
        self.assertIn("Brake hose cracked", page)
        self.assertIn("Waits for your answer", page)
        # Nothing that he has not been told.
        self.assertNotIn("Not told yet", page)
        self.assertNotIn("New promised time", page)
        self._tell(delay)
        page = self._page()
        self.assertIn("The bearing comes tomorrow only.", page)
        self.assertIn("Please excuse the delay", page)

    def test_nothing_before_the_order(self):
        self.assertEqual(self._diagnosed()._get_portal_progress(), {})
