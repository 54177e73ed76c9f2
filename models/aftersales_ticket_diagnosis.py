from odoo import api, fields, models
from odoo.exceptions import UserError

# Which mode a field ticket goes on in once its solution is chosen.
SOLUTION_MODE = {"parts": "parts", "phone": "remote", "onsite": "onsite"}


class AftersalesTicket(models.Model):
    """Finding the cause and choosing the solution."""

    _inherit = "aftersales.ticket"

    diagnosis_consent_at = fields.Datetime(
        "Consent to diagnosis", readonly=True, copy=False
    )
    diagnosis_consent_by = fields.Char(
        "Consent to diagnosis by",
        copy=False,
        help="Who of the customer's side agreed to the diagnosis, having been told "
        "what it costs.",
    )
    diagnosis_fee_told = fields.Monetary(
        "Fee told",
        copy=False,
        help="What the diagnosis costs if no repair follows, as the customer was told "
        "before he agreed. No more than that is charged.",
    )
    diagnosis_told_at = fields.Datetime(
        "Diagnosis handed over", readonly=True, copy=False
    )
    diagnosis_told_by_id = fields.Many2one(
        "res.users", string="Handed over by", readonly=True, copy=False
    )
    is_unknown_problem = fields.Boolean(
        "Unknown problem",
        copy=False,
        help="Nobody has met this fault before: its trials are written down step by "
        "step.",
    )
    remote_attempt = fields.Text(
        "Remote diagnosis",
        copy=False,
        help="What was tried by phone or remote assistance, and why it was not enough.",
    )
    symptom_conditions = fields.Text(
        "Conditions",
        copy=False,
        help="When the fault shows: speed, temperature, load, since when.",
    )
    part_number_info = fields.Text(
        "Part numbers given",
        copy=False,
        help="Part numbers and photos the customer was asked for.",
    )
    diagnosis_step_ids = fields.One2many(
        "aftersales.diagnosis.step", "ticket_id", copy=False
    )
    solution_kind = fields.Selection(
        [
            ("parts", "Parts sent, the customer fits them"),
            ("phone", "Guidance by phone"),
            ("onsite", "Visit on site"),
        ],
        copy=False,
    )
    diagnosed_at = fields.Datetime("Diagnosed at", readonly=True, copy=False)
    diagnosed_by_id = fields.Many2one(
        "res.users", string="Diagnosed by", readonly=True, copy=False
    )
    diagnosis_waived_by_id = fields.Many2one(
        "res.users",
        string="Diagnosis waived by",
        readonly=True,
        copy=False,
        help="The manager who sent the ticket on without a diagnosis.",
    )
    disclaimer_accepted_by = fields.Char(
        "Terms of assembly accepted by",
        readonly=True,
        copy=False,
        help="Who accepted that damage by wrong assembly is the customer's own.",
    )
    disclaimer_accepted_at = fields.Datetime(
        "Terms accepted at", readonly=True, copy=False
    )

    @api.onchange("solution_kind")
    def _onchange_solution_kind(self):
        for ticket in self:
            if ticket.solution_kind and ticket.service_mode not in (
                "workshop",
                "factory",
            ):
                ticket.service_mode = SOLUTION_MODE[ticket.solution_kind]

    @api.onchange("diagnosis_consent_by")
    def _onchange_diagnosis_consent_by(self):
        for ticket in self:
            ticket.diagnosis_consent_at = (
                fields.Datetime.now() if ticket.diagnosis_consent_by else False
            )
            if ticket.diagnosis_consent_by and not ticket.diagnosis_fee_told:
                ticket.diagnosis_fee_told = ticket._get_diagnosis_fee()

    def write(self, vals):
        if vals.get("diagnosis_consent_by"):
            vals = {"diagnosis_consent_at": fields.Datetime.now(), **vals}
            if "diagnosis_fee_told" not in vals:
                for ticket in self.filtered(lambda t: not t.diagnosis_fee_told):
                    ticket.diagnosis_fee_told = ticket._get_diagnosis_fee()
        return super().write(vals)

    def _get_diagnosis_fee(self):
        """Return the company's price of a diagnosis without repair, untaxed, in the
        ticket's currency (R-DIAG-08)."""
        self.ensure_one()
        company = self.company_id or self.env.company
        # sudo: the price is told to the customer by whoever asks for his consent
        product = company.sudo()._aftersales_get_diagnosis_fee_product()
        return company.currency_id._convert(
            product.with_company(company).lst_price,
            self.currency_id or company.currency_id,
            company,
            fields.Date.context_today(self),
        )

    def action_diagnose(self):
        """State cause and solution (R-DIAG-01..07, R-DIAG-10, R-DIAG-12).

        :raises UserError: when the cause is missing; on a field ticket without
            exactly one kind of solution; for a visit without an attempt from afar and
            an agreed time; in the workshop without the customer's consent; on an
            unknown problem without a trial and its result (R-DIAG-15).
        """
        self._check_role("technician")
        self._check_next("diagnosed")
        for ticket in self:
            ticket._check_diagnosis()
        now = fields.Datetime.now()
        for ticket in self:
            vals = {"diagnosed_at": now, "diagnosed_by_id": self.env.uid}
            if ticket.service_mode not in ("workshop", "factory"):
                vals["service_mode"] = SOLUTION_MODE[ticket.solution_kind]
            # sudo: mode and stamps follow from this step, which is checked above
            ticket.sudo().write(vals)
        self._set_state("diagnosed")

    def _check_diagnosis(self):
        """Raise UserError naming what the diagnosis still lacks."""
        self.ensure_one()
        todo = []
        if not self.cause:
            todo.append(self.env._("Write down the cause."))
        if self.is_unknown_problem and not any(
            step.result for step in self.diagnosis_step_ids
        ):
            todo.append(
                self.env._(
                    "The problem is unknown: write down what was tried, and its result."
                )
            )
        if self.service_mode in ("workshop", "factory"):
            if not self.diagnosis_consent_by:
                todo.append(
                    self.env._(
                        "Ask the customer's consent to the diagnosis, tell what it "
                        "costs, and enter who agreed."
                    )
                )
        elif not self.solution_kind:
            todo.append(
                self.env._("Choose the solution: parts, guidance by phone, or a visit.")
            )
        elif self.solution_kind == "onsite":
            if not self.remote_attempt:
                todo.append(
                    self.env._(
                        "Try from afar first and note what was tried; a visit comes "
                        "only when that is not enough."
                    )
                )
            if not self.planned_at:
                todo.append(
                    self.env._("Agree the time of the visit with the customer.")
                )
        if todo:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s cannot be Diagnosed yet (page Diagnosis):\n"
                    "%(todo)s",
                    ticket=self.name,
                    todo="\n".join(todo),
                )
            )

    def action_hand_over_diagnosis(self):
        """Print the diagnosis report, and stamp that it was told and handed over at
        once (R-DIAG-10, form F18).

        :return: the action that prints
        :raises UserError: before there is a diagnosis
        """
        self._check_role("advisor", "technician")
        for ticket in self:
            if not ticket.diagnosed_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s has not been diagnosed yet.",
                        ticket=ticket.name,
                    )
                )
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().filtered(lambda ticket: not ticket.diagnosis_told_at).write(
            {
                "diagnosis_told_at": fields.Datetime.now(),
                "diagnosis_told_by_id": self.env.uid,
            }
        )
        return self.env.ref("aftersales.action_report_ticket_diagnosis").report_action(
            self
        )

    def action_waive_diagnosis(self):
        """Send a ticket on without a diagnosis, as supervisor (R-DIAG-12)."""
        self._check_role("manager")
        self._check_next("diagnosed")
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"diagnosis_waived_by_id": self.env.uid})
        self._set_state("diagnosed")

    def action_accept_disclaimer(self, name):
        """Record that the customer bears the risk of his own assembly (R-DIAG-04).

        :param name: the person who accepted, having been told the points of assembly
        """
        self._check_role("advisor", "technician")
        if not name:
            raise UserError(self.env._("Enter who accepted the terms of assembly."))
        # sudo: stamps are not editable, the role is checked above
        self.sudo().write(
            {
                "disclaimer_accepted_by": name,
                "disclaimer_accepted_at": fields.Datetime.now(),
            }
        )

    def _check_disclaimer(self):
        """Raise UserError where parts would leave without disclaimer (R-DIAG-04)."""
        for ticket in self:
            if ticket.solution_kind == "parts" and not ticket.disclaimer_accepted_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the customer fits the parts himself. Tell "
                        "the points of assembly and record who accepted the terms "
                        "before parts leave.",
                        ticket=ticket.name,
                    )
                )

    def action_request_help(self):
        """Call a technical expert to the ticket (R-DIAG-09, R-WORK-07)."""
        self.ensure_one()
        self._check_role("advisor", "technician")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask an Expert"),
            "res_model": "mail.activity.schedule",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "default_activity_type_id": self.env.ref(
                    "aftersales.activity_expert_help"
                ).id,
                "default_summary": self.env._("Help needed: %s", self.name),
            },
        }
