from datetime import timedelta

from odoo import api, fields, models

MOTOR = [
    ("demo_part_motor", {"payer": "warranty"}),
    ("demo_operation_motor", {"payer": "warranty"}),
]
BATTERY = [
    ("demo_part_battery", {"payer": "warranty"}),
    ("demo_operation_battery", {"payer": "warranty"}),
]
CONTROLLER = [
    ("demo_part_controller", {"payer": "warranty"}),
    ("demo_operation_controller", {"payer": "warranty"}),
]
HOWL = "Motor howls under load, no drive uphill"
ISOLATION = "Red lamp, the car warns of the traction battery"
JERKS = "Jerks when it pulls away, no drive after rain"
WET = "Water in the plug of the controller, see photo"
CELLS = "Isolation measured: 40 kOhm, see test record"

# Days ago, vehicle, what was wrong, the lines, and what became of the claim.
CLAIMED = (
    (24, 38, HOWL, MOTOR, "demo_fault_drive_bearing", None, "paid"),
    (18, 39, ISOLATION, BATTERY, "demo_fault_isolation", CELLS, "part"),
    (15, 43, JERKS, CONTROLLER, None, WET, "recovered"),
    (12, 40, JERKS, CONTROLLER, None, WET, "submitted"),
    (9, 42, HOWL, MOTOR, "demo_fault_drive_bearing", None, "back"),
    (4, 41, HOWL, MOTOR, "demo_fault_drive_bearing", None, "draft"),
)


class AftersalesDemo(models.AbstractModel):
    """Claims on a maker, from the first draft to the money; on to a supplier."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_warranty(self):
        """Play what is claimed from the maker of the cars. Called once, by the demo
        data, after the tickets have been played."""
        self._open_claim_accounts()
        for days, vehicle, complaint, lines, fault, evidence, state in CLAIMED:
            ticket = self._play(
                vehicle,
                days,
                complaint,
                "inspect",
                lines=lines,
                faults=fault and (fault,) or (),
                evidence=evidence,
                maker="demo_partner_maker",
            )
            self._bring_claim(ticket, state)
        self._settle_own_claim()
        self._refuse_misuse()

    def _open_claim_accounts(self):
        """Let what makers owe stand on an account of its own, the rest as a cost."""
        company = self.env.ref("base.main_company")
        accounts = self.env["account.account"]
        company.aftersales_claim_account_id = accounts.create(
            {
                "code": "121900",
                "name": self.env._("Warranty claims receivable"),
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        cost = accounts.create(
            {
                "code": "601900",
                "name": self.env._("Cost of warranty"),
                "account_type": "expense",
            }
        )
        company._get_aftersales_location("warranty").valuation_account_id = cost

    def _step_quote(self, ticket, lines, options):
        if options.get("maker"):
            maker = self.env.ref(f"aftersales.{options['maker']}")
            ticket.warranty_provider_id = maker
        return super()._step_quote(ticket, lines, options)

    # -- One claim ---------------------------------------------------------------------

    def _bring_claim(self, ticket, state):
        """Take the steps that lead the claim of ``ticket`` to ``state``."""
        clerk = ticket.with_user(self._user("claims_clerk"))
        clerk.action_make_claim()
        claim = clerk.claim_ids
        claim.provider_reference = state != "draft" and f"HD-{ticket.id + 40210}"
        if state == "draft":
            # What the maker wants to know is not there yet.
            claim.contact_phone = False
            return
        self._bring_in(ticket)
        claim.action_submit()
        if state == "submitted":
            return
        if state == "back":
            claim.line_ids.write(
                {
                    "answer": "back",
                    "reason_id": self.env.ref("aftersales.claim_reason_papers").id,
                    "answer_note": self.env._("Photo of the bearing is missing"),
                }
            )
            claim.action_answer()
            return
        if state == "part":
            self._answer_in_part(claim)
        claim.action_approve_all()
        claim.action_answer()
        if state == "part":
            return
        finance = claim.with_user(self._user("finance"))
        finance.action_invoice()
        finance.action_settle()
        if state == "paid":
            # sudo: only to find the invoices
            self._step_pay(ticket.sudo(), (), {})
        if state == "recovered":
            self._recover(claim)

    def _answer_in_part(self, claim):
        """Let the maker grant less for the work, and say why."""
        work = claim.line_ids.filtered(lambda line: line.line_type == "operation")
        work.write(
            {
                "answer": "part",
                "amount_approved": claim.currency_id.round(work.amount_claimed * 0.7),
                "reason_id": self.env.ref("aftersales.claim_reason_labour").id,
                "answer_note": self.env._("1.4 hours are allowed for this work"),
            }
        )
        work.difference_destiny = "goodwill"

    def _recover(self, claim):
        """Claim what it cost from the supplier of the causal part; he grants it."""
        claim.action_recover()
        recovery = claim.recovery_ids
        recovery.provider_reference = "SC-7731"
        recovery.action_submit()
        recovery.action_approve_all()
        recovery.action_answer()
        recovery.with_user(self._user("finance")).action_settle()

    def _settle_own_claim(self):
        """Settle what the company bears itself and has been decided on."""
        claims = self.env["aftersales.warranty.claim"].with_user(self._user("finance"))
        claims.search(
            [("kind", "=", "own"), ("state", "=", "answered")], limit=1
        ).action_settle()

    # -- Not covered -------------------------------------------------------------------

    def _refuse_misuse(self):
        """Let a line be judged as somebody's own doing: the customer pays for it."""
        ticket = self._play(
            44,
            1,
            "Does not charge any more",
            "diagnose",
            maker="demo_partner_maker",
        )
        technician = ticket.technician_id
        line = (
            self.env["aftersales.ticket.line"]
            .with_user(self._user("advisor"))
            .create(
                {
                    "ticket_id": ticket.id,
                    "product_id": self.env.ref("aftersales.demo_part_controller").id,
                    "payer": "warranty",
                }
            )
        )
        self.env["aftersales.warranty.decision"].with_user(technician).create(
            {
                "ticket_line_id": line.id,
                "cause": "assembly",
                "evidence": self.env._(
                    "Pins of the plug bent: a fuse box of another make was fitted"
                ),
            }
        )
        self._step_quote(ticket, [("demo_operation_controller", {})], {})

    @api.model
    def _back_date(self, ticket, days):
        """Let finished work of the story lie ``days`` back."""
        # sudo: the demo's past
        for name in ("finished_at", "ready_at", "delivered_at"):
            if ticket[name]:
                ticket.sudo()[name] = fields.Datetime.now() - timedelta(days=days)
