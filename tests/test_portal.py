from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import VINS, AftersalesCommon


@tagged("post_install", "-at_install")
class TestPortal(AftersalesCommon, HttpCase):
    """Customers see their own vehicles and tickets, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env,
            login="portal_lin",
            password="portal_lin",
            groups="base.group_portal",
        )
        cls.portal_user.partner_id.parent_id = cls.customer
        cls.rival = cls.env["res.partner"].create({"name": "Rival Freight"})
        cls.rival_user = new_test_user(
            cls.env,
            login="portal_rival",
            password="portal_rival",
            groups="base.group_portal",
        )
        cls.rival_user.partner_id.parent_id = cls.rival
        cls.rival_vehicle = cls.env["aftersales.vehicle"].create(
            {"vin": VINS[1], "license_plate": "苏B99999", "partner_id": cls.rival.id}
        )
        cls.ticket = cls._ticket()
        cls.rival_ticket = cls._ticket(
            partner_id=cls.rival.id,
            vehicle_id=cls.rival_vehicle.id,
            complaint="Secret of the rival",
        )

    def _page(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        self.assertEqual(response.status_code, 200)
        return response.text

    # -- What he sees -----------------------------------------------------------------

    def test_lists_and_page(self):
        self.authenticate("portal_lin", "portal_lin")
        page = self._page("/my/tickets")
        self.assertIn(self.ticket.name, page)
        self.assertNotIn(self.rival_ticket.name, page)
        page = self._page(f"/my/tickets/{self.ticket.id}")
        self.assertIn("No drive, motor howls", page)
        self.assertIn("Report received", page)
        page = self._page("/my/vehicles")
        self.assertIn(VINS[0], page)
        self.assertNotIn(VINS[1], page)
        self.assertIn("/my/tickets", self._page("/my"))

    def test_filters_of_the_list(self):
        self.ticket._set_state("delivered")
        self.authenticate("portal_lin", "portal_lin")
        self.assertNotIn(self.ticket.name, self._page("/my/tickets?filterby=open"))
        self.assertIn(self.ticket.name, self._page("/my/tickets?filterby=done"))
        odd = self._page("/my/tickets?filterby=nonsense&sortby=%27--&vehicle_id=x")
        self.assertIn(self.ticket.name, odd)
        mine = self._page(f"/my/tickets?vehicle_id={self.vehicle.id}")
        self.assertIn(self.ticket.name, mine)
        other = self._page(f"/my/tickets?vehicle_id={self.rival_vehicle.id}")
        self.assertNotIn(self.ticket.name, other)
        self.assertNotIn(self.rival_ticket.name, other)

    def test_counters_count_his_own(self):
        self.authenticate("portal_lin", "portal_lin")
        counters = self.make_jsonrpc_request(
            "/my/counters",
            {"counters": ["aftersales_ticket_count", "aftersales_vehicle_count"]},
        )
        self.assertEqual(
            counters, {"aftersales_ticket_count": 1, "aftersales_vehicle_count": 1}
        )

    def test_what_was_done_shows_after_the_handover(self):
        self.ticket.correction = "New bearing fitted"
        self.authenticate("portal_lin", "portal_lin")
        url = f"/my/tickets/{self.ticket.id}"
        self.assertNotIn("New bearing fitted", self._page(url))
        self.ticket._set_state("delivered")
        self.assertIn("New bearing fitted", self._page(url))

    def test_user_of_the_vehicle_sees_his_ticket(self):
        self.rival_ticket.contact_id = self.portal_user.partner_id
        self.authenticate("portal_lin", "portal_lin")
        self.assertIn(self.rival_ticket.name, self._page("/my/tickets"))

    def test_page_for_each_state_and_mode(self):
        self.authenticate("portal_lin", "portal_lin")
        modes = [key for key, __ in self.ticket._fields["service_mode"].selection]
        for mode in modes:
            self.ticket.service_mode = mode
            for state, __ in self.ticket._fields["state"].selection:
                self.ticket.sudo().state = state
                with self.subTest(mode=mode, state=state):
                    self.assertTrue(self.ticket._get_portal_status())
                    now = [s for s in self.ticket._get_portal_steps() if s[1] == "now"]
                    self.assertLessEqual(len(now), 1)

    def test_customer_writes_a_message(self):
        self.authenticate("portal_lin", "portal_lin")
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "aftersales.ticket",
                "thread_id": self.ticket.id,
                "post_data": {
                    "body": "When will it be ready?",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
            },
        )
        message = self.ticket.message_ids[0]
        self.assertIn("When will it be ready?", message.body)
        self.assertEqual(message.author_id, self.portal_user.partner_id)

    def test_messages_without_internal_notes(self):
        comment = self.ticket.message_post(
            body="Parts have arrived",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.ticket.message_post(
            body="He never pays", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.authenticate("portal_lin", "portal_lin")
        fetch = {"thread_model": "aftersales.ticket", "thread_id": self.ticket.id}
        answer = self.make_jsonrpc_request("/mail/chatter_fetch", fetch)
        self.assertEqual(answer["messages"], comment.ids)
        fetch["thread_id"] = self.rival_ticket.id
        self.rival_ticket.message_post(
            body="Secret", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        answer = self.make_jsonrpc_request("/mail/chatter_fetch", fetch)
        self.assertFalse(answer["messages"])

    # -- What he does not ----------------------------------------------------------

    def test_ticket_of_another_customer(self):
        self.authenticate("portal_lin", "portal_lin")
        for query in ("", "?access_token=", "?access_token=wrong"):
            page = self._page(f"/my/tickets/{self.rival_ticket.id}{query}")
            self.assertNotIn("Secret of the rival", page)
            self.assertNotIn(self.rival_ticket.name, page)
        self._page("/my/tickets/999999999")

    def test_token_of_one_ticket_opens_no_other(self):
        token = self.ticket._portal_ensure_token()
        page = self._page(f"/my/tickets/{self.rival_ticket.id}?access_token={token}")
        self.assertNotIn("Secret of the rival", page)

    def test_stranger_needs_the_link(self):
        token = self.ticket._portal_ensure_token()
        url = f"/my/tickets/{self.ticket.id}"
        self.assertNotIn("No drive, motor howls", self._page(url))
        self.assertNotIn(
            "No drive, motor howls", self._page(f"{url}?access_token={token}x")
        )
        self.assertIn(
            "No drive, motor howls", self._page(f"{url}?access_token={token}")
        )
        for closed in ("/my/tickets", "/my/vehicles"):
            self.assertIn("/web/login", self.url_open(closed).url)

    def test_nothing_internal_by_rpc(self):
        portal = self.ticket.with_user(self.portal_user)
        self.assertEqual(portal.read(["name"])[0]["name"], self.ticket.name)
        for fname in ("cause", "advisor_id", "message_ids", "access_token", "line_ids"):
            with self.subTest(fname=fname), self.assertRaises(AccessError):
                portal.read([fname])
        with self.assertRaises(AccessError):
            self.env["aftersales.ticket"].with_user(self.portal_user).search(
                [("cause", "like", "%")]
            )
        with self.assertRaises(AccessError):
            self.vehicle.with_user(self.portal_user).read(["user_id"])

    def test_nothing_of_others_by_rpc(self):
        for record in (self.rival_ticket, self.rival_vehicle):
            foreign = record.with_user(self.portal_user)
            with self.assertRaises(AccessError):
                foreign.read(["display_name"])
            self.assertFalse(foreign.search([("id", "=", record.id)]))

    @mute_logger("odoo.http")
    def test_no_step_and_no_write(self):
        portal = self.ticket.with_user(self.portal_user)
        for step in (
            lambda: portal.write({"complaint": "x"}),
            lambda: portal.write({"state": "closed"}),
            portal.action_assign,
            portal.action_close,
            portal.action_respond,
            portal.unlink,
            lambda: portal.copy(),
            lambda: portal.create({"complaint": "x"}),
        ):
            with self.assertRaises(AccessError):
                step()

    @mute_logger("odoo.http")
    def test_followups_and_calls_are_internal(self):
        for model in (
            "aftersales.followup",
            "aftersales.call",
            "aftersales.substitute",
            "aftersales.followup.report",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])
