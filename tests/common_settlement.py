from .common_billing import BillingCommon


class SettlementCommon(BillingCommon):
    """A ticket of three payers, ready to be settled."""

    def _ready(self):
        """Return a ticket of three payers at Ready, all of it used, and its lines.

        The customer approved 508.50 (2 × 180 and 1.5 × 60, with 13 %), the insurer
        84.75 (75), the maker 1356.00 (1200).
        """
        ticket, lines = self._approved()
        self._use(lines["customer"], 2)
        self._use(lines["insurer"], 1)
        self._use(lines["warranty"], 1)
        self._use(lines["goodwill"], 1)
        self._finish(ticket)
        return ticket, lines

    def _payer(self, settlement, payer="customer"):
        return settlement.line_ids.filtered(lambda line: line.payer == payer)

    def _assert_amounts(self, line, **amounts):
        found = {name: line[f"amount_{name}"] for name in amounts}
        self.assertEqual(found, amounts, line.payer)

    def _discount(self, settlement, role="advisor", **vals):
        """Ask for a discount as ``role``."""
        return (
            self.env["aftersales.settlement.discount"]
            .with_user(self.users[role])
            .create(
                {
                    "settlement_id": settlement.id,
                    "reason": "Came three times for the same noise",
                    **vals,
                }
            )
        )
