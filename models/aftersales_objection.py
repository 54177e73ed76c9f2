from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STAMPS = {"state", "answered_by_id", "answered_at", "user_id", "operation_id"}


class AftersalesObjection(models.Model):
    """An objection to a dispatch: carried out first, objected to later (R-DISP-05)."""

    _name = "aftersales.objection"
    _description = "Objection to a Dispatch"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    operation_id = fields.Many2one(
        "aftersales.operation",
        string="Job",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="operation_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Raised by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    name = fields.Text("Objection", required=True)
    state = fields.Selection(
        [("open", "Open"), ("manager", "With the manager"), ("answered", "Answered")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    answer = fields.Text()
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answered_at = fields.Datetime(readonly=True)

    _answer_given = models.Constraint(
        "CHECK(state != 'answered'"
        " OR (answer IS NOT NULL AND answered_at IS NOT NULL))",
        "An objection is answered in words.",
    )

    @api.depends("operation_id")
    def _compute_display_name(self):
        for objection in self:
            objection.display_name = objection.operation_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        """Raise objections: to jobs that are done, to the dispatcher.

        :raises UserError: while a job is not done
        """
        objections = super().create(vals_list)
        for objection in objections:
            job = objection.operation_id
            if job.state not in ("done", "cancelled"):
                raise UserError(
                    self.env._(
                        "Job %(job)s is carried out first; object to it when it is "
                        "done.",
                        job=job.display_name,
                    )
                )
            # sudo: who is called need not be one whom the technician may call
            user = job.sudo().dispatched_by_id or self.env[
                "aftersales.deadline"
            ]._default_user("dispatcher", objection.company_id)
            objection.sudo()._call(user)
        return objections

    def write(self, vals):
        if not self.env.su and STAMPS & vals.keys():
            raise UserError(
                self.env._(
                    "The objection to %(job)s goes on by its buttons.",
                    job=self[:1].display_name,
                )
            )
        return super().write(vals)

    def _call(self, user):
        """Ask ``user`` to answer this objection."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Objection to a job: answer it"),
            user_id=user.id or self.env.uid,
        )

    def action_escalate(self):
        """Take the objection to the manager (R-DISP-05).

        :raises AccessError: for another's objection
        :raises UserError: when it is there already, or answered
        """
        for objection in self:
            if objection.user_id != self.env.user:
                raise AccessError(
                    self.env._("Whoever raised an objection takes it further.")
                )
            objection._check_state("open")
            manager = self.env["aftersales.deadline"]._default_user(
                "manager", objection.company_id
            )
            # sudo: the state follows from the button; the person is checked above
            objection.sudo().state = "manager"
            objection.sudo()._call(manager)

    def action_answer(self):
        """Answer the objection: the dispatcher, or the manager it was taken to.

        :raises UserError: without an answer in words
        """
        for objection in self:
            objection._check_state("open", "manager")
            group = "manager" if objection.state == "manager" else "dispatcher"
            if not self.env.user.has_group(f"aftersales.group_aftersales_{group}"):
                raise AccessError(
                    self.env._("Objections are answered by whoever they were taken to.")
                )
            if not objection.answer:
                raise UserError(
                    self.env._(
                        "Objection to %(job)s: write the answer.",
                        job=objection.display_name,
                    )
                )
        # sudo: stamps are not editable; role and answer are checked above
        self.sudo().write(
            {
                "state": "answered",
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            raise UserError(
                self.env._(
                    "The objection to %(job)s has been answered or taken further.",
                    job=self.display_name,
                )
            )
