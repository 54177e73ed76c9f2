from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_claim import ClaimCommon


@tagged("post_install", "-at_install")
class TestTrace(ClaimCommon):
    """From any link to the whole chain, on one page (R-BEY-11)."""

    def _page(self, ticket, role="manager"):
        Report = self.env["ir.actions.report"].with_user(self.users[role])
        page, __ = Report._render_qweb_html("aftersales.report_trace", ticket.ids)
        return page.decode()

    def _paid(self):
        ticket = self._finished(self.maker)
        claim = self._submitted(ticket)
        self._as("finance", claim).action_invoice()
        self._answer(claim, part="approved", operation="approved")
        self._as("finance", claim).action_settle()
        invoice = claim.sudo()._get_moves()
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
            ._create_payments()
        )
        return ticket, claim, invoice, payment

    def test_page_shows_every_link(self):
        ticket, claim, invoice, payment = self._paid()
        page = self._page(ticket)
        slip = ticket.sudo().picking_ids.filtered(
            lambda slip: slip.aftersales_kind == "issue"
        )
        for words in (
            "No drive, motor howls",
            "Bearing worn out",
            "Drive motor",
            "No human cause",
            "Bearing run dry, photo in chatter",
            slip.name,
            claim.name,
            invoice.name,
            payment.name,
        ):
            self.assertIn(words, page)
        links = {
            link.get("href") for link in html.fromstring(page).iterfind(".//a[@href]")
        }
        for record in (ticket, slip, claim, invoice, payment):
            self.assertIn(f"/odoo/{record._name}/{record.id}", links)

    def test_every_link_leads_to_the_page(self):
        ticket, claim, invoice, payment = self._paid()
        part = ticket.sudo().part_return_ids
        slip = ticket.sudo().picking_ids[:1]
        for record in (
            ticket,
            ticket.line_ids[0],
            slip,
            slip.move_ids,
            part,
            claim,
            invoice,
            payment,
            ticket.sudo().inspection_ids[0],
            ticket.sudo().inspection_ids.line_ids[0],
        ):
            with self.subTest(model=record._name):
                action = record.sudo(False).with_user(self.user_manager).action_trace()
                self.assertEqual(action["report_name"], "aftersales.report_trace")
                self.assertEqual(action["context"]["active_ids"], ticket.ids)

    def test_what_one_may_not_open_is_no_link(self):
        ticket, claim, invoice, __ = self._paid()
        page = self._page(ticket, "technician")
        self.assertIn(invoice.name, page)
        self.assertNotIn(f"/odoo/account.move/{invoice.id}", page)
        with self.assertRaises(AccessError):
            ticket.with_user(self.technician_2)._get_trace()
        entry = self.env["account.move"].create({"move_type": "out_invoice"})
        with self.assertRaises(UserError):
            entry.action_trace()
