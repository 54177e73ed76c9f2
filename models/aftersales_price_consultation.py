from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ANSWER_FIELDS = {"state", "asked_by_id", "asked_at", "answered_at", "applied_by_id"}
QUESTION_FIELDS = {"ticket_id", "line_id", "specialist_id", "question"}
ACTIVITY = "mail.mail_activity_data_todo"


class AftersalesPriceConsultation(models.Model):
    """Who cannot price asks the superior or a specialist (R-EST-06)."""

    _name = "aftersales.price.consultation"
    _description = "Price Consultation"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "question"

    ticket_id = fields.Many2one(readonly=False)
    currency_id = fields.Many2one(related="ticket_id.currency_id")
    line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="About line",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('ticket_id', '=', ticket_id)]",
        help="Empty: about the estimate as a whole.",
    )
    specialist_id = fields.Many2one(
        "res.users",
        string="Who is asked",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    question = fields.Text(required=True)
    answer = fields.Text()
    price_unit = fields.Float("Price named", digits="Product Price")
    state = fields.Selection(
        [("asked", "Asked"), ("answered", "Answered"), ("applied", "Taken over")],
        required=True,
        readonly=True,
        copy=False,
        default="asked",
    )
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user
    )
    asked_at = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    answered_at = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one(
        "res.users", string="Taken over by", readonly=True, copy=False
    )

    _other_person = models.Constraint(
        "CHECK(specialist_id != asked_by_id)",
        "Ask somebody else than yourself for the price.",
    )
    _price_positive = models.Constraint(
        "CHECK(COALESCE(price_unit, 0) >= 0)", "A price cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        prepared = []
        for vals in vals_list:
            vals = {k: v for k, v in vals.items() if k not in ANSWER_FIELDS}
            prepared.append({**vals, "asked_by_id": self.env.uid})
        asked = super().create(prepared)
        asked.ticket_id._check_role("advisor", "technician")
        for consultation in asked:
            consultation._check_line()
            # sudo: an activity for a colleague; who asks was checked
            consultation.sudo().activity_schedule(
                ACTIVITY,
                summary=self.env._(
                    "Price wanted: %(ticket)s", ticket=consultation.ticket_id.name
                ),
                note=consultation.question,
                user_id=consultation.specialist_id.id,
            )
        return asked

    def write(self, vals):
        if ANSWER_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "State, persons and times follow from the buttons: write the "
                    "answer and press Answer."
                )
            )
        if QUESTION_FIELDS & vals.keys() and not self.env.su:
            for consultation in self:
                if (
                    consultation.asked_by_id != self.env.user
                    or consultation.state != "asked"
                ):
                    raise UserError(
                        self.env._(
                            "The question about ticket %(ticket)s is %(user)s's, and "
                            "stays once it is answered. Ask another.",
                            ticket=consultation.ticket_id.name,
                            user=consultation.asked_by_id.name,
                        )
                    )
        if {"answer", "price_unit"} & vals.keys() and not self.env.su:
            for consultation in self:
                consultation._check_specialist()
        return super().write(vals)

    def _check_line(self):
        if self.line_id and self.line_id.ticket_id != self.ticket_id:
            raise UserError(
                self.env._(
                    "Line %(line)s is not on ticket %(ticket)s.",
                    line=self.line_id.name,
                    ticket=self.ticket_id.name,
                )
            )

    def _check_specialist(self):
        """Raise UserError unless the one who was asked answers, and once."""
        if self.env.user != self.specialist_id:
            raise UserError(
                self.env._(
                    "%(user)s was asked about ticket %(ticket)s and answers himself.",
                    user=self.specialist_id.name,
                    ticket=self.ticket_id.name,
                )
            )
        if self.state != "asked":
            raise UserError(
                self.env._(
                    "The question about ticket %(ticket)s is answered already.",
                    ticket=self.ticket_id.name,
                )
            )

    def action_answer(self):
        """Answer: words or a price; who asked is told.

        :raises UserError: by anybody but who was asked, or without an answer
        """
        self.check_access("read")
        for consultation in self:
            consultation._check_specialist()
            if not (consultation.answer or "").strip() and not consultation.price_unit:
                raise UserError(
                    self.env._(
                        "Enter a price or an answer about ticket %(ticket)s.",
                        ticket=consultation.ticket_id.name,
                    )
                )
        # sudo: stamps are not editable; who answers is checked above
        for consultation in self.sudo():
            consultation.write(
                {"state": "answered", "answered_at": fields.Datetime.now()}
            )
            consultation.activity_feedback([ACTIVITY], feedback=consultation.answer)
            consultation.activity_schedule(
                ACTIVITY,
                summary=self.env._(
                    "Price answered: %(ticket)s", ticket=consultation.ticket_id.name
                ),
                user_id=consultation.asked_by_id.id,
            )
        return True

    def action_apply(self):
        """Put the price named on the line of the estimate.

        :raises UserError: before the answer, or without line and price
        """
        self.ticket_id._check_role("advisor")
        for consultation in self:
            if (
                consultation.state != "answered"
                or not consultation.line_id
                or not consultation.price_unit
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: there is no answer about one of its lines "
                        "to take over.",
                        ticket=consultation.ticket_id.name,
                    )
                )
            consultation.line_id.price_unit = consultation.price_unit
            # sudo: stamps are not editable; role and state are checked above
            answered = consultation.sudo()
            answered.write({"state": "applied", "applied_by_id": self.env.uid})
            answered.activity_feedback([ACTIVITY])
        return True
