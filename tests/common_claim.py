from .common_billing import BillingCommon
from .common_parts import PartsCommon


class ClaimCommon(PartsCommon):
    """Finished warranty work: a motor and the labour to replace it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker, cls.supplier = cls.env["res.partner"].create(
            [
                {"name": "Feiyue Works", "email": "works@example.com"},
                {"name": "Motor Foundry", "email": "foundry@example.com"},
            ]
        )
        cls.vehicle.delivery_date = "2020-01-01"
        cls.vehicle.write(
            {
                "warranty_end_date": "2099-12-31",
                "warranty_end_odometer": 0,
            }
        )
        cls.reason_price = cls.env.ref("aftersales.claim_reason_price")
        cls.reason_papers = cls.env.ref("aftersales.claim_reason_papers")

    def _finished(self, provider=None, parts=None, **vals):
        """Return a ticket whose warranty work is done, its parts issued.

        :param provider: who is billed; empty: we bear it ourselves
        :param parts: warranty parts; default: a motor
        """
        specs = [(part, {"payer": "warranty"}) for part in (parts or self.motor)] + [
            (self.labour, {"payer": "warranty"})
        ]
        ticket = self._approved(
            *specs,
            warranty_provider_id=provider.id if provider else False,
            **{"odometer": 12000, **vals},
        )
        self._judge(ticket.line_ids.filtered(lambda line: line.line_type == "part"))
        for slip in self._request(ticket):
            self._release(slip)
            self._issue(slip)
        BillingCommon._finish(self, ticket)
        return ticket

    def _claim(self, ticket):
        """Return the claim of ``ticket``, made by the claims clerk."""
        action = self._as("claims_clerk", ticket).action_make_claim()
        claims = self.env["aftersales.warranty.claim"].with_user(self.user_claims_clerk)
        return claims.browse(action["res_id"])

    def _submitted(self, ticket):
        claim = self._claim(ticket)
        claim.action_submit()
        return claim

    def _answer(self, claim, **answers):
        """Answer lines by the kind of their product: part=…, operation=….

        A number approves so much; a word is the answer itself.
        """
        for line in claim.line_ids:
            answer = answers[line.line_type]
            if isinstance(answer, str):
                vals = {"answer": answer}
            else:
                vals = {"answer": "part", "amount_approved": answer}
            if vals["answer"] != "approved":
                vals["reason_id"] = self.reason_price.id
            line.write(vals)
        claim.action_answer()
