from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of

# What is found and signed when the vehicle goes (R-BEY-21, R-SETT-13).
AT_RETURN = {
    "marks_after",
    "photo_after_ids",
    "damage_note",
    "missing_signature",
    "missing_on_paper",
}
# What may still be written on a signed reception; lines have guards of their own.
STILL_OPEN = {"note", "item_ids", "paper_ids", "proposal_ids", *AT_RETURN}
FUEL_LEVELS = [
    ("0", "Empty"),
    ("1", "1/8"),
    ("2", "1/4"),
    ("3", "3/8"),
    ("4", "1/2"),
    ("5", "5/8"),
    ("6", "3/4"),
    ("7", "7/8"),
    ("8", "Full"),
]


class AftersalesReception(models.Model):
    """A vehicle is checked in: its condition, papers, items and key, signed for.

    One for each ticket whose vehicle comes to us. It stays open while the adviser walks
    round the vehicle with the customer; once signed it is what the handover is checked
    against.
    """

    _name = "aftersales.reception"
    _description = "Reception"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "ticket_id"

    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    vehicle_kind = fields.Selection(related="vehicle_id.vehicle_kind")
    vehicle_odometer = fields.Float(
        related="vehicle_id.odometer", string="Odometer in the file"
    )
    ticket_state = fields.Selection(
        related="ticket_id.state", string="State of the ticket"
    )
    taken_over_by_id = fields.Many2one(related="ticket_id.taken_over_by_id")
    taken_over_at = fields.Datetime(related="ticket_id.taken_over_at")
    promised_at = fields.Datetime(related="ticket_id.promised_at")
    other_open_ticket_ids = fields.Many2many(related="ticket_id.other_open_ticket_ids")
    state = fields.Selection(
        [("draft", "Checking in"), ("done", "In house"), ("returned", "Returned")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    returned_at = fields.Datetime(readonly=True, copy=False)

    # Condition
    odometer = fields.Float(digits=(16, 1), help="Read at check-in (R-RECV-10).")
    engine_hours = fields.Float(digits=(16, 1))
    odometer_reason = fields.Selection(
        selection=choices_of("aftersales.vehicle.reading", "reason"),
        string="Reason for odd reading",
    )
    fuel_level = fields.Selection(FUEL_LEVELS, "Fuel or charge")
    instruments_dead = fields.Boolean(
        "Instruments cannot be read",
        help="Neither meter nor gauge shows anything; write what is the matter with "
        "the instruments.",
    )
    instruments = fields.Text(
        "What is the matter", help="Why the instruments cannot be read."
    )

    # What the customer wants
    requests = fields.Text("Other requests")
    waiting = fields.Selection(
        [("waits", "Waits here"), ("leaves", "Leaves")],
        "The customer",
        help="Who waits comes first (R-RECV-14).",
    )
    old_parts = fields.Selection(
        [("return", "Take along"), ("show", "See them"), ("discard", "Leave them")],
        help="What the customer wants done with the parts replaced.",
    )

    # Steps
    covers_on = fields.Boolean(
        "Protective covers on", help="In the customer's presence (R-RECV-12)."
    )
    valuables_told = fields.Boolean(
        "Told to keep valuables", help="The customer keeps them himself (R-RECV-08)."
    )
    explained = fields.Boolean(
        "Work and charges explained", help="Each charge and its basis (R-RECV-02)."
    )

    # Signatures
    brought_by = fields.Char(help="Name of the person who brings the vehicle.")
    signature = fields.Image(
        "Customer's signature",
        max_width=1024,
        max_height=1024,
        copy=False,
        help="For condition and list of items (R-RECV-03, R-RECV-07).",
    )
    papers_signature = fields.Image(
        "Customer's signature for differences",
        max_width=1024,
        max_height=1024,
        copy=False,
        help="What is not in order with the papers was told (R-RECV-05).",
    )
    advisor_signature = fields.Image(max_width=1024, max_height=1024, copy=False)
    signed_on_paper = fields.Boolean(
        copy=False, help="The customer signed the printed forms instead of the screen."
    )
    note = fields.Text("Remarks")

    _ticket_uniq = models.UniqueIndex(
        "(ticket_id)", "The vehicle of this ticket was received already."
    )

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_steps(vals)
        receptions = super().create(vals_list)
        if not self.env.su:
            for ticket in receptions.ticket_id:
                ticket._check_receivable()
        return receptions

    def write(self, vals):
        self._check_steps(vals)
        if not self.env.su and vals.keys() - STILL_OPEN:
            self._check_open()
        if not self.env.su and vals.keys() & AT_RETURN:
            self._check_in_house()
        return super().write(vals)

    def _check_steps(self, vals):
        """Refuse to write what the steps alone decide."""
        decided = {"received_by_id", "received_at", "returned_at", "washed_at"}
        decided |= {"washed_by_id", "copy_given_by_id", "copy_given_at"}
        if self:
            decided.add("ticket_id")
        if not self.env.su and (
            vals.get("state", "draft") != "draft"
            or decided & vals.keys()
            or (vals.get("wash") == "done")
        ):
            raise UserError(
                self.env._("The stamps of a reception follow from its buttons.")
            )

    def _check_open(self):
        """Raise UserError where a reception is signed."""
        for reception in self:
            if reception.state != "draft":
                raise UserError(
                    self.env._(
                        "The reception of %(ticket)s is signed and stays as it is. "
                        "Open it again to correct it; it is then signed anew.",
                        ticket=reception.ticket_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    # -- Steps --------------------------------------------------------------------

    def action_done(self):
        """Close the check-in: the vehicle is in our hands (R-RECV-01..14).

        Enters the readings into the vehicle's file.

        :raises UserError: naming what is not filled in or not signed
        :raises ValidationError: a reading that cannot follow from the earlier ones,
            without a reason
        """
        self.ticket_id._check_role("advisor")
        self.check_access("write")
        self._check_open()
        now = fields.Datetime.now()
        for reception in self:
            reception.ticket_id._check_receivable()
            problems = reception._get_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "Reception of %(ticket)s:\n%(problems)s",
                        ticket=reception.ticket_id.name,
                        problems="\n".join(problems),
                    )
                )
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo().write(
            {"state": "done", "received_by_id": self.env.uid, "received_at": now}
        )
        for reception in self:
            reception._enter_readings()

    def _get_problems(self):
        """Return what keeps this reception from being closed, a sentence each."""
        self.ensure_one()
        problems = []
        if self.vehicle_id:
            if self.instruments_dead:
                if not self.instruments:
                    problems.append(
                        self.env._("Write what is the matter with the instruments.")
                    )
            else:
                if not self.odometer and not self.engine_hours:
                    problems.append(self.env._("Enter the odometer."))
                if not self.fuel_level:
                    problems.append(self.env._("Choose the level of fuel or charge."))
        if not self.valuables_told:
            problems.append(
                self.env._("Tell the customer to keep his valuables, and tick it.")
            )
        if not self.explained:
            problems.append(
                self.env._(
                    "Explain the work and each charge to the customer, and tick it."
                )
            )
        problems += self._get_items_problems() + self._get_key_problems()
        return problems + self._get_signature_problems()

    def _get_signature_problems(self):
        """Return which signatures are missing."""
        problems = []
        if not self.brought_by:
            problems.append(self.env._("Enter who brings the vehicle."))
        if not self.signed_on_paper:
            if not self.signature:
                problems.append(
                    self.env._(
                        "Let the customer sign for condition and items, on the screen "
                        "or on paper."
                    )
                )
            if not self.advisor_signature:
                problems.append(self.env._("Sign as service advisor, too."))
        if self._get_papers_differing() and not (
            self.papers_signature or self.signed_on_paper
        ):
            problems.append(
                self.env._("Let the customer sign for what is wrong with the papers.")
            )
        return problems

    def _enter_readings(self):
        """Carry the readings over to ticket and vehicle (R-RECV-10)."""
        self.ensure_one()
        vals = {name: self[name] for name in ("odometer", "engine_hours") if self[name]}
        if vals:
            vals["odometer_reason"] = self.odometer_reason
            self.ticket_id.write(vals)

    def action_reopen(self):
        """Open a signed reception for a correction; it must be signed again."""
        self.ticket_id._check_role("advisor")
        self.check_access("write")
        for reception in self:
            if reception.state != "done":
                raise UserError(
                    self.env._(
                        "The reception of %(ticket)s is not closed, or the vehicle "
                        "has left.",
                        ticket=reception.ticket_id.name,
                    )
                )
            reception.message_post(
                body=self.env._("Opened again; the signatures are void.")
            )
        # sudo: a signed reception is closed to writing; role and state are checked
        self.sudo().write(
            {
                "state": "draft",
                "signature": False,
                "papers_signature": False,
                "advisor_signature": False,
                "signed_on_paper": False,
            }
        )
