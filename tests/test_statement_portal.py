from odoo import fields
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common_billing import SIGNATURE
from .common_money import MoneyCommon


@tagged("post_install", "-at_install")
class TestStatementPortal(MoneyCommon, HttpCase):
    """A customer confirms his statement himself, and says what differs (R-PAY-03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "customer@example.com"
        cls._bill((300.0, cls.user_technician), date="2025-09-20")
        cls._bill((50.0, cls._nobody()), date="2025-09-25")
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_portal")
        cls.own = new_test_user(cls.env, "lin", groups="base.group_portal")
        cls.own.partner_id.parent_id = cls.customer
        found = cls.env["aftersales.statement"]._begin(
            cls.company, fields.Date.to_date("2025-10-01")
        )
        cls.guarantors = found.filtered("user_id").with_user(cls.user_finance)
        cls.statement = (found - cls.guarantors).with_user(cls.user_finance)

    def setUp(self):
        super().setUp()
        # A visitor with a link, and no login.
        self.authenticate(None, None)
        self.statement.action_send()
        self.env.flush_all()

    def _page(self, statement=None, token=None, **params):
        self.env.flush_all()
        statement = (statement or self.statement).sudo()
        token = statement.access_token if token is None else token
        query = "".join(f"&{key}={value}" for key, value in params.items())
        return self.url_open(
            f"/my/statements/{statement.id}?access_token={token}{query}", timeout=60
        )

    def _differ(self, line, token=None, **vals):
        self._page()
        statement = self.statement.sudo()
        token = statement.access_token if token is None else token
        response = self.url_open(
            f"/my/statements/{statement.id}/differ?access_token={token}",
            data={
                "csrf_token": Request.csrf_token(self),
                "line_id": str(line.id),
                **vals,
            },
            timeout=60,
        )
        self.env.invalidate_all()
        return response

    def _sign(self, seen=None, token=None, name="Mr Lin"):
        statement = self.statement.sudo()
        seen = statement._get_seen() if seen is None else seen
        token = statement.access_token if token is None else token
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"/my/statements/{statement.id}/sign?access_token={token}&seen={seen}",
            {"name": name, "signature": SIGNATURE},
            timeout=60,
        )
        self.env.invalidate_all()
        return answer

    def test_told_and_confirmed_by_link(self):
        mail = self.statement.sudo().message_ids.filtered("partner_ids")
        self.assertEqual(mail.partner_ids, self.customer)
        self.assertIn(self.statement.name, mail.body)
        page = self._page().text
        for line in self.statement.line_ids:
            self.assertIn(line.name, page)
        self.assertIn("aftersales_statement_sign", page)
        self.statement.action_confirm_finance()
        self.assertTrue(self._sign().get("force_refresh"))
        lines = self.statement.line_ids
        self.assertEqual(set(lines.mapped("holder_name")), {"Mr Lin"})
        self.assertTrue(self.statement.signature)
        self.assertEqual(self.statement.activity_ids.user_id, self.user_finance)
        self.assertNotIn("aftersales_statement_sign", self._page().text)
        self.assertIn("signed already", self._sign()["error"])
        self.statement.action_agree()
        self.assertFalse(self.statement.activity_ids)
        page = self._page().text
        self.assertIn("Mr Lin", page)
        self.assertNotIn("Something differs", page)
        self.assertIn("is agreed and never changes", self._sign()["error"])

    def test_difference_with_its_reason(self):
        self.statement.action_confirm_finance()
        line = self.statement.line_ids[0]
        seen = self.statement.sudo()._get_seen()
        response = self._differ(line, said="100")
        self.assertIn("was not noted", response.text)
        # He lands on the item, where it is said.
        self.assertIn(f"error={line.id}", response.url)
        self.assertIn(f'id="item_{line.id}"', response.text)
        self.assertFalse(line.amount_difference)
        reason = self.env.ref("aftersales.statement_reason_paid")
        for said in ("", "nan", "x"):
            self._differ(line, said=said, reason_id=str(reason.id))
            self.assertFalse(line.amount_difference)
        page = self._differ(
            line, said="100.5", reason_id=str(reason.id), note="By cheque"
        ).text
        self.assertIn("By cheque", page)
        self.assertEqual(line.amount_difference, 100.5 - line.amount)
        # Finance looks at it again; what has changed meanwhile is not signed unseen.
        self.assertFalse(line.confirmed_by_finance_id)
        self.assertIn("has changed", self._sign(seen=seen)["error"])
        self._sign()
        self.assertEqual(line.holder_name, "Mr Lin")
        self.statement.action_confirm_finance()
        self.statement.action_agree()
        self.assertEqual(self.statement.amount_difference, 100.5 - line.amount)
        # Nothing is said any more.
        self._differ(line, said="1", reason_id=str(reason.id))
        self.assertEqual(line.note, "By cheque")

    def test_agrees_after_all(self):
        line = self.statement.line_ids[0]
        reason = self.env.ref("aftersales.statement_reason_paid")
        self._differ(line, said="0", reason_id=str(reason.id))
        self.assertEqual(line.amount_difference, -line.amount)
        self._differ(line, said=str(line.amount))
        self.assertFalse(line.amount_difference or line.reason_id)

    def test_only_his_own(self):
        page = "/my/statements"
        self.authenticate("lin", "lin")
        self.assertIn(self.statement.name, self.url_open(page, timeout=60).text)
        self.assertIn(self.statement.name, self._page(token="").text)
        self.authenticate("stranger", "stranger")
        self.assertNotIn(self.statement.name, self.url_open(page, timeout=60).text)
        for token in ("", "wrong"):
            with self.subTest(token=token):
                self.assertNotIn(self.statement.name, self._page(token=token).text)
                self.assertIn("not yours", self._sign(token=token)["error"])
                self._differ(self.statement.line_ids[0], token=token, said="1")
        self.assertFalse(self.statement.amount_difference)
        self.assertFalse(self.statement.signed_at)
        # A guarantor's statement has no page, whoever holds a link.
        guarantors = self.guarantors.sudo()
        self.guarantors.action_send()
        token = guarantors._portal_ensure_token()
        self.assertNotIn(guarantors.name, self._page(guarantors, token).text)

    def test_our_own_people_do_not_sign(self):
        for login in ("finance", "advisor"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                self.assertNotIn("aftersales_statement_sign", self._page().text)
                self.assertIn("not yours", self._sign()["error"])
                self._differ(self.statement.line_ids[0], said="1")
        self.assertFalse(self.statement.amount_difference)
        self.assertFalse(self.statement.signed_at)

    def test_taken_back(self):
        self._sign()
        self.statement.action_back_to_draft()
        self.assertFalse(self.statement.signed_at or self.statement.signature)
        self.assertNotIn(self.statement.name, self._page().text)
        self.assertIn("not yours", self._sign()["error"])

    def test_reads_what_concerns_him(self):
        """By whatever way: his own, sent, without what Finance keeps to itself."""
        own = self.statement.with_user(self.own)
        self.assertEqual(own.search([]), own)
        self.assertEqual(own.amount_total, 350.0)
        for name in ("finance_user_id", "sent_by_id", "access_token", "signature"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])
        with self.assertRaises(AccessError):
            own.line_ids.read(["guarantor_id"])
        with self.assertRaises(AccessError):
            own.write({"answer_name": "x"})
        self.assertFalse(own.with_user(self.stranger).search([]))

    def test_printed_with_the_signature(self):
        self._sign()
        html = self._page(report_type="html").text
        self.assertIn("Mr Lin", html)
        self.assertIn("data:image/png;base64", html)
        self.assertTrue(self.statement.action_preview()["url"])

    def test_downloaded_as_pdf(self):
        answer = self._page(report_type="pdf", download="true")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn(self.statement.name, answer.headers["Content-Disposition"])
