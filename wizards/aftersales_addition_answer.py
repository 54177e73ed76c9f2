from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesAdditionAnswer(models.TransientModel):
    """The talk in which a customer is asked about additional work (R-ADD-01).

    It is entered in the register of calls when it was one, and its answer is that of
    the lines.
    """

    _name = "aftersales.addition.answer"
    _description = "Call about Additional Work"

    addition_id = fields.Many2one("aftersales.addition", required=True, readonly=True)
    finding = fields.Char(related="addition_id.finding")
    explanation = fields.Text(related="addition_id.explanation")
    is_safety = fields.Boolean(related="addition_id.is_safety")
    currency_id = fields.Many2one(related="addition_id.currency_id")
    amount_total = fields.Monetary(related="addition_id.amount_total")
    delay_hours = fields.Float(related="addition_id.delay_hours")
    promised_before = fields.Datetime(related="addition_id.ticket_id.promised_at")
    promised_after = fields.Datetime(related="addition_id.promised_after")
    phone = fields.Char(compute="_compute_person", store=True, readonly=False)
    person = fields.Char(
        "Spoken with",
        compute="_compute_person",
        store=True,
        readonly=False,
        help="Name of the person who was asked.",
    )
    how = fields.Selection(
        [("phone", "By phone"), ("in_person", "In person")],
        required=True,
        default="phone",
    )
    called_at = fields.Datetime("Asked at", required=True, default=fields.Datetime.now)
    delay_told = fields.Boolean("Price and delay told")
    safety_told = fields.Boolean("Danger explained")
    answer = fields.Selection(
        [
            ("agreed", "Agrees"),
            ("partly", "Agrees to a part"),
            ("refused", "Refuses"),
            ("later", "Answers later"),
            ("not_reached", "Not reached"),
        ],
    )
    line_ids = fields.Many2many(
        "aftersales.ticket.line",
        "aftersales_addition_answer_line_rel",
        string="Agreed to",
        help="What the customer agrees to; he refuses what is not here.",
    )
    reason_id = fields.Many2one(
        "aftersales.decline.reason",
        help="Why he does not want it, as far as he says.",
    )
    note = fields.Text("In his words")

    @api.depends("addition_id")
    def _compute_person(self):
        for talk in self:
            ticket = talk.addition_id.ticket_id
            person = ticket.contact_id or ticket.partner_id
            talk.person = person.name
            talk.phone = person.phone or ticket.partner_id.phone

    def action_confirm(self):
        """Enter the talk, and the answer if there is one.

        :raises UserError: when price, delay or danger were not told, the answer or the
            person is missing, or the talk lies in the future
        """
        self.ensure_one()
        addition = self.addition_id
        addition._check_askable()
        self._check_told()
        labels = dict(self._fields["how"]._description_selection(self.env))
        if self.how == "phone":
            self._enter_call()
        if self.answer == "not_reached":
            return {"type": "ir.actions.act_window_close"}
        addition._mark_asked(self.how, self.person, self.called_at)
        if self.answer != "later":
            addition._answer(
                self._get_agreed_lines(), self.person, labels[self.how], self.reason_id
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_told(self):
        """Raise UserError until the customer has heard what he must hear."""
        missing = []
        if not self.answer:
            missing.append(self.env._("choose what the customer answered"))
        if self.called_at > fields.Datetime.now():
            missing.append(self.env._("the talk lies in the future"))
        if self.answer == "not_reached" and self.how != "phone":
            missing.append(self.env._("who is here has been reached"))
        if self.answer != "not_reached":
            if not self.person:
                missing.append(self.env._("enter who was asked"))
            if not self.delay_told:
                missing.append(self.env._("tell him price and delay, and tick it"))
            if self.is_safety and not self.safety_told:
                missing.append(self.env._("explain the danger, and tick it"))
        if self.answer == "partly" and not (self._get_agreed_lines()):
            missing.append(self.env._("choose what he agrees to"))
        if missing:
            raise UserError(
                self.env._(
                    "%(addition)s: %(missing)s.",
                    addition=self.addition_id.name,
                    missing="; ".join(missing),
                )
            )

    def _get_agreed_lines(self):
        """Return the lines that the answer agrees to."""
        lines = self.addition_id.line_ids
        return {"agreed": lines, "partly": lines & self.line_ids}.get(
            self.answer, lines.browse()
        )

    def _enter_call(self):
        """Enter the call in the register (R-INT-07)."""
        addition = self.addition_id
        ticket = addition.ticket_id
        labels = dict(self._fields["answer"]._description_selection(self.env))
        words = [labels[self.answer], self.note]
        # sudo: the link to the addition is not editable; the adviser may enter calls
        self.env["aftersales.call"].sudo().create(
            {
                "company_id": ticket.company_id.id,
                "direction": "out",
                "outbound_type": "notice",
                "date": self.called_at,
                "user_id": self.env.uid,
                "partner_id": (ticket.contact_id or ticket.partner_id).id,
                "phone": self.phone,
                "vehicle_id": ticket.vehicle_id.id,
                "ticket_id": ticket.id,
                "addition_id": addition.id,
                "reached": self.answer != "not_reached",
                "summary": self.env._(
                    "Additional work %(number)s: %(finding)s",
                    number=addition.name,
                    finding=addition.finding,
                ),
                "answer": "\n".join(filter(None, words)),
            }
        )
