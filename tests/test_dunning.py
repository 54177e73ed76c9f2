from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_money import MoneyCommon

FIRST, SECOND, LAST = (
    "aftersales.dunning_level_reminder",
    "aftersales.dunning_level_second",
    "aftersales.dunning_level_last",
)


@tagged("post_install", "-at_install")
class TestDunning(MoneyCommon):
    """Customers are asked for overdue money, level by level (R-PAY-02, R-PAY-08)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.company.aftersales_dunning = "send"
        cls.customer.email = "owner@example.com"
        cls.Letter = cls.env["aftersales.dunning.letter"]

    def _run(self, day):
        """Let the scheduled action run on ``day``; return the letters."""
        with freeze_time(f"{day} 04:00:00"), self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_dunning").method_direct_trigger()
        self.env.invalidate_all()
        return self._letters()

    def _letters(self, *states):
        return self.Letter.search(
            [
                ("company_id", "=", self.company.id),
                ("state", "in", states or ("draft", "sent")),
            ],
            order="id",
        )

    def _levels(self, *xmlids):
        return [self.env.ref(xmlid) for xmlid in xmlids]

    def test_level_by_level(self):
        """None before its day, none twice, the last blocks and tells."""
        invoice = self._bill(
            (300.0, self.user_technician), (50.0, self._nobody()), date="2025-10-01"
        )
        self.assertFalse(self._run("2025-10-08"))
        letter = self._run("2025-10-09")
        self.assertEqual((letter.level_id, letter.state), (self.env.ref(FIRST), "sent"))
        self.assertEqual((letter.amount_total, letter.days_overdue), (350.0, 8))
        self.assertEqual(str(letter.date_pay), "2025-10-16")
        self.assertEqual(self._run("2025-10-09"), letter)
        self.assertEqual(self._run("2025-10-21"), letter)
        self._run("2025-10-22")
        self.assertEqual(len(self._run("2025-11-10")), 2)
        self.assertFalse(
            self.ticket.activity_ids.filtered("user_id").filtered(
                lambda activity: (
                    activity.activity_type_id
                    == self.env.ref("aftersales.activity_dunning_guarantor")
                )
            )
        )
        letters = self._run("2025-11-11")
        self.assertEqual(
            letters.mapped("level_id"),
            self.env["aftersales.dunning.level"].union(
                *self._levels(FIRST, SECOND, LAST)
            ),
        )
        self.assertEqual(self._run("2026-03-01"), letters)
        self.assertEqual(invoice.aftersales_dunning_level_id, self.env.ref(LAST))
        told = self.ticket.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("aftersales.activity_dunning_guarantor")
            )
        )
        self.assertEqual(told.user_id, self.user_technician)
        self.assertIn(invoice.name, told.summary)

    def test_late_start_skips_no_level(self):
        """An old debt begins at the first level; the next keeps its distance."""
        self._bill((90.0, self._nobody()), date="2025-06-01")
        self._run("2025-10-01")
        self.assertEqual(len(self._run("2025-10-13")), 1)
        letters = self._run("2025-10-14")
        self.assertEqual(
            [letter.level_id for letter in letters], self._levels(FIRST, SECOND)
        )

    def test_one_letter_names_all(self):
        """What is overdue is named although only one invoice comes to a new level."""
        old = self._bill((100.0, self._nobody()), date="2025-10-01")
        self._run("2025-10-09")
        new = self._bill((40.0, self._nobody()), date="2025-10-03")
        self._bill((7.0, self._nobody()), date="2025-10-20")
        letter = self._run("2025-10-11")[-1:]
        self.assertEqual(letter.line_ids.move_id, old | new)
        self.assertEqual(letter.amount_total, 140.0)
        self.assertEqual(letter.line_ids.filtered("advances").move_id, new)
        self.assertEqual(str(old.aftersales_dunning_date), "2025-10-09")

    def test_what_stops_it(self):
        """Paid, credited, disputed, resting: no letter; part money lowers it."""
        paid = self._bill((100.0, self._nobody()))
        self._receive_money(paid, 100.0)
        credited = self._bill((100.0, self._nobody()))
        self._set_off(credited, self._credit(credited, 100.0))
        disputed = self._bill((100.0, self._nobody()))
        disputed.write(
            {"aftersales_disputed": True, "aftersales_dispute_reason": "Not ours"}
        )
        resting = self._bill((100.0, self._nobody()))
        resting.aftersales_dunning_pause = "2025-11-01"
        part = self._bill((100.0, self._nobody()))
        self._receive_money(part, 30.0)
        letter = self._run("2025-11-01")
        self.assertEqual(letter.line_ids.move_id, part)
        self.assertEqual(letter.amount_total, 70.0)
        self.assertIn(resting, self._run("2025-11-02")[-1:].line_ids.move_id)

    def test_due_today_is_not_overdue(self):
        late = self._bill((100.0, self._nobody()))
        today = self._bill((70.0, self._nobody()), date="2025-11-01")
        resting = self._bill((50.0, self._nobody()))
        resting.aftersales_dunning_pause = "2025-11-01"
        letter = self._run("2025-11-01")
        self.assertEqual(letter.line_ids.move_id, late)
        second = self._run("2025-11-20") - letter
        self.assertEqual(second.line_ids.move_id, late | today | resting)

    def test_payment_on_its_way(self):
        """Registered without an entry, as accountants with bank feeds do."""
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        invoice = self._bill((100.0, self._nobody()))
        with patch.object(
            self.registry["account.move"],
            "_get_invoice_in_payment_state",
            return_value="in_payment",
        ):
            payment = self._receive_money(invoice, 100.0)
            self.assertFalse(payment.move_id)
            self.assertEqual(invoice.payment_state, "in_payment")
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertFalse(self._run("2025-11-01"))

    def test_money_not_set_off_counts(self):
        self._bill((100.0, self._nobody()))
        self._advance(60.0)
        letter = self._run("2025-11-01")
        self.assertEqual(letter.amount_total, 40.0)
        self._bill((20.0, self._nobody()), date="2025-10-20")
        self._advance(60.0)
        self.assertEqual(self._run("2025-11-15"), letter)

    def test_instalments_and_foreign_money(self):
        invoice = self._bill(
            (200.0, self._nobody()),
            invoice_payment_term_id=self.halves.id,
            currency_id=self.eur.id,
        )
        letter = self._run("2025-10-15")
        self.assertEqual(letter.line_ids.amount, 100.0)
        self.assertEqual(letter._get_totals(), [(self.eur, 100.0)])
        self.assertAlmostEqual(letter.amount_total, 100.0 / 0.7, 2)
        self.assertEqual(letter.line_ids.move_id, invoice)

    def test_other_business_is_left_alone(self):
        self._bill((100.0, self._nobody()), aftersales_ticket_id=False)
        self.customer.with_company(self.company).aftersales_no_dunning = True
        self._bill((100.0, self._nobody()))
        self.assertFalse(self._run("2025-11-01"))

    def test_mail_in_the_customers_language_or_print(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref(FIRST).with_context(lang="fr_FR").name = "Rappel"
        self.env.ref("aftersales.report_dunning_document").update_field_translations(
            "arch_db", {"fr_FR": {"Unpaid": "Impayé"}}
        )
        self.customer.lang = "fr_FR"
        self._bill((100.0, self._nobody()))
        silent = self.env["res.partner"].create({"name": "By Post"})
        self._bill((50.0, self._nobody()), partner_id=silent.id)
        letters = self._run("2025-11-01")
        by_mail = letters.filtered(lambda letter: letter.partner_id == self.customer)
        self.assertEqual(by_mail.channel, "mail")
        message = by_mail.message_ids.filtered("partner_ids")
        self.assertEqual(message.partner_ids, self.customer)
        self.assertIn("Rappel", message.subject)
        self.assertIn(by_mail.line_ids.move_id.name, message.body)
        self.assertEqual(message.body.count("100,00"), 2, "the item and the total")
        letter = message.attachment_ids
        self.assertTrue(letter.name.startswith(by_mail.name), letter.name)
        letter = letter.raw.decode()
        for text in ("Rappel", "Impayé", by_mail.line_ids.move_id.name):
            self.assertIn(text, letter)
        self.assertFalse(by_mail.sent_by_id, "nobody signs what a machine sends")
        posted = letters - by_mail
        self.assertEqual(posted.channel, "print")
        self.assertEqual(
            posted.activity_ids.activity_type_id,
            self.env.ref("aftersales.activity_dunning_print"),
        )
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales.report_dunning", by_mail.ids)[0]
            .decode()
        )
        self.assertIn("Rappel", html)
        self.assertIn(by_mail.line_ids.move_id.name, html)

    @mute_logger("odoo.addons.aftersales.models.aftersales_dunning_find")
    def test_one_that_fails_does_not_stop_the_others(self):
        """A letter that cannot be printed is tried again the next day."""
        other = self.env["res.partner"].create(
            {"name": "Odd Papers", "email": "odd@example.com"}
        )
        self._bill((100.0, self._nobody()))
        self._bill((50.0, self._nobody()), partner_id=other.id)
        call_people = type(self.Letter)._call_people

        def fail(letter):
            if letter.partner_id == other:
                raise UserError(letter.name)  # Any complaint will do.
            return call_people(letter)

        with patch.object(type(self.Letter), "_call_people", fail):
            letter = self._run("2025-11-01")
        self.assertEqual((letter.partner_id, letter.state), (self.customer, "sent"))
        self.assertEqual(self._run("2025-11-02").partner_id, self.customer | other)

    def test_proposed_and_sent_by_finance(self):
        self.company.aftersales_dunning = "propose"
        invoice = self._bill((100.0, self._nobody()))
        other = self._bill((30.0, self._nobody()))
        letter = self._run("2025-11-01")
        self.assertEqual((letter.state, letter.amount_total), ("draft", 130.0))
        self.assertFalse(invoice.aftersales_dunning_level_id)
        self.assertEqual(self._run("2025-11-02"), letter)
        with self.assertRaises(AccessError):
            letter.with_user(self.user_advisor).action_send()
        with self.assertRaises(AccessError):
            letter.with_user(self.user_finance).date = "2025-01-01"
        self._receive_money(other, 30.0)
        with freeze_time("2025-11-02 05:00:00"):
            letter.with_user(self.user_finance).action_send()
        self.assertEqual((letter.state, letter.amount_total), ("sent", 100.0))
        self.assertEqual(letter.sent_by_id, self.user_finance)
        self.assertEqual(invoice.aftersales_dunning_level_id, self.env.ref(FIRST))
        with self.assertRaisesRegex(UserError, "is already"):
            letter.with_user(self.user_finance).action_send()
        with self.assertRaisesRegex(UserError, "kept as a record"):
            letter.unlink()

    def test_nothing_left_to_send(self):
        self.company.aftersales_dunning = "propose"
        invoice = self._bill((100.0, self._nobody()))
        letter = self._run("2025-11-01")
        self._receive_money(invoice, 100.0)
        self._run("2025-11-02")
        self.assertEqual(letter.state, "cancelled")
        self.assertFalse(letter.message_ids.filtered("partner_ids"))

    def test_not_to_be_sent(self):
        self.company.aftersales_dunning = "propose"
        self._bill((100.0, self._nobody()))
        letter = self._run("2025-11-01")
        with freeze_time("2025-11-01 05:00:00"):
            letter.with_user(self.user_finance).action_cancel()
        self.assertFalse(self._run("2025-11-08"))
        self.assertEqual(self._run("2025-11-09").state, "draft")

    def test_once_for_each_level_in_the_database(self):
        self._bill((100.0, self._nobody()))
        line = self._run("2025-11-01").line_ids
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                line.copy({"sent": True, "advances": True})
                self.env.flush_all()

    def test_no_new_credit(self):
        """Who was asked a last time gets nothing more; the manager may give it."""
        invoice = self._bill((100.0, self._nobody()))
        invoice.aftersales_dunning_level_id = self.env.ref(LAST)
        ticket = self._ticket()
        advisor = ticket.with_user(self.user_advisor)
        with self.assertRaisesRegex(UserError, invoice.name):
            advisor.action_vouch_credit()
        self._receive_money(invoice, 100.0)
        advisor.action_vouch_credit()
        self.assertEqual(ticket.credit_guarantor_id, self.user_advisor)

    def test_manager_may_give_credit(self):
        invoice = self._bill((100.0, self._nobody()))
        invoice.aftersales_dunning_level_id = self.env.ref(LAST)
        ticket = self._ticket()
        ticket.with_user(self.user_manager).action_vouch_credit()
        self.assertEqual(ticket.credit_guarantor_id, self.user_manager)

    def test_no_part_leaves_on_credit(self):
        invoice = self._bill((100.0, self._nobody()))
        invoice.aftersales_dunning_level_id = self.env.ref(LAST)
        slip = self.env["stock.picking"].new(
            {
                "name": "SLIP1",
                "company_id": self.company.id,
                "aftersales_kind": "issue",
                "aftersales_ticket_id": self.ticket.id,
                "aftersales_guarantor_id": self.user_advisor.id,
            }
        )
        with self.assertRaisesRegex(UserError, "SLIP1.*" + invoice.name):
            slip.with_user(self.user_finance).sudo()._aftersales_check_credit()
        slip.aftersales_kind = "loan"
        slip.with_user(self.user_finance).sudo()._aftersales_check_credit()

    def test_preview_writes_nothing(self):
        self._bill((100.0, self._nobody()))
        self._bill((20.0, self._nobody()))
        previews = self.env["aftersales.dunning.preview"].with_user(self.user_finance)
        with freeze_time("2025-11-01 05:00:00"):
            preview = previews.browse(previews.action_open()["res_id"])
            self.assertEqual(preview.line_ids.mapped("amount"), [120.0])
            self.assertEqual(preview.line_ids.invoice_count, 2)
            self.assertFalse(self._letters())
            preview.action_send()
        letter = self._letters()
        self.assertEqual((letter.state, letter.sent_by_id), ("sent", self.user_finance))
        with freeze_time("2025-11-01 06:00:00"):
            self.assertFalse(previews.browse(previews.action_open()["res_id"]).line_ids)

    def test_remind_from_the_invoice(self):
        invoice = self._bill((100.0, self._nobody()))
        own = invoice.with_user(self.user_finance)
        with freeze_time("2025-10-05 05:00:00"):
            with self.assertRaisesRegex(UserError, "no letter to"):
                own.action_aftersales_dun()
        with freeze_time("2025-11-01 05:00:00"):
            letter = self.Letter.browse(own.action_aftersales_dun()["res_id"])
        self.assertEqual((letter.state, letter.line_ids.move_id), ("draft", invoice))

    def test_own_levels_replace_the_shared(self):
        self.env["aftersales.dunning.level"].create(
            {
                "name": "At once",
                "days": 0,
                "text": "Pay.",
                "company_id": self.company.id,
            }
        )
        self._bill((100.0, self._nobody()))
        letter = self._run("2025-10-02")
        self.assertEqual(letter.level_id.name, "At once")
        self.assertEqual(letter.channel, "print")

    def test_as_many_queries_for_many_customers(self):
        """Looking for what is due costs the same for one customer and for ten."""

        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plans = self.Letter._get_plans(self.company, self.today)
            return len(plans), self.env.cr.sql_log_count - before

        self.today = self._bill((5.0, self._nobody())).invoice_date.replace(month=12)
        cost()
        __, few = cost()
        for number in range(9):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._bill((5.0, self._nobody()), partner_id=partner.id)
        count, many = cost()
        self.assertEqual(count, 10)
        self.assertLessEqual(many, few + 1)
