import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .common_settlement import SettlementCommon

CENT = Decimal("0.01")


def cents(amount):
    return Decimal(str(amount)).quantize(CENT, ROUND_HALF_UP)


@tagged("post_install", "-at_install")
class TestSettlementRandom(SettlementCommon):
    """Billed = estimate + additions − discounts, to the cent, whatever comes along.

    Prices, quantities, two rates of tax, three payers, deposits, additions and
    discounts are drawn at random, from fixed seeds. What is approved is reckoned
    here with decimals, apart from the code under test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        low = cls.env["account.tax"].create(
            {
                "name": "VAT 6 %",
                "amount": 6.0,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
            }
        )
        cls.rates = {cls.tax: Decimal("0.13"), low: Decimal("0.06")}
        cls.jobs = cls.env["product.product"].create(
            [
                {
                    "name": f"Job {tax.name}",
                    "type": "service",
                    "taxes_id": [Command.set(tax.ids)],
                }
                for tax in cls.rates
            ]
        )

    def _lines(self, chance, ticket, payers):
        """Add random operations; return their exact worth by payer and rate."""
        worth = {}
        for payer in payers:
            for __ in range(chance.randint(1, 3)):
                job = chance.choice(self.jobs)
                price = Decimal(chance.randint(1, 99999)) / 100
                quantity = Decimal(chance.randint(1, 9))
                self._line(
                    ticket,
                    job,
                    payer=payer,
                    quantity=float(quantity),
                    price_unit=float(price),
                )
                rates = worth.setdefault(payer, {})
                rate = self.rates[job.taxes_id]
                rates[rate] = rates.get(rate, 0) + price * quantity
        return worth

    def _total(self, rates):
        """What one document comes to: each rate's tax rounded once."""
        return sum(base + cents(base * rate) for rate, base in rates.items())

    def _one(self, seed):
        chance = random.Random(seed)
        ticket = self._diagnosed(
            insurer_id=self.insurer.id, warranty_provider_id=self.maker.id
        )
        payers = ["customer", *chance.sample(["insurer", "warranty"], 2)]
        first = self._lines(chance, ticket, payers)
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        expected = {payer: self._total(rates) for payer, rates in first.items()}
        deposit = chance.random() < 0.6
        if deposit:
            self._as("finance", ticket).action_invoice_deposit(
                chance.choice([10, 33.33, 50, 100])
            )
            if chance.random() < 0.7:
                self._pay(self._invoices(ticket))
        if chance.random() < 0.6:
            added = self._lines(chance, ticket, payers[: chance.randint(1, 3)])
            ticket._approve_additional("Mr Zhao", "By phone")
            for payer, rates in added.items():
                expected[payer] += self._total(rates)
        self._as("manager", ticket.line_ids._needs_price_approval()).sudo(
            False
        ).action_approve_price()
        self._finish(ticket)
        settlement = self._settlement(ticket)
        early = chance.random() < 0.5
        if not early:
            self._as("finance", ticket).action_invoice()
        for payer in payers:
            if chance.random() < 0.5:
                amount = float(
                    min(expected[payer], Decimal(chance.randint(1, 5000)) / 100)
                )
                discount = self._discount(
                    settlement, payer=payer, kind="amount", amount_asked=amount
                )
                self._as("manager", discount).action_approve()
                expected[payer] -= cents(amount)
        if ticket.order_to_invoice_count:
            self._as("finance", ticket).action_invoice()
        settlement.action_check()
        settlement.action_settle()
        found = {
            line.payer: cents(line.amount_expected) for line in settlement.line_ids
        }
        self.assertEqual(found, expected)
        billed = {
            payer: cents(
                sum(self._invoices(ticket, payer).mapped("amount_total_signed"))
            )
            for payer in expected
        }
        self.assertEqual(billed, expected)
        for line in settlement.line_ids:
            self.assertEqual(cents(line.amount_billed), expected[line.payer])
            self.assertFalse(line.amount_difference)
            self.assertFalse(line.reason)

    def test_random(self):
        for seed in range(4):
            with self.subTest(seed=seed), self.cr.savepoint():
                self._one(seed)
