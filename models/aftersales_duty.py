from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.business_time import BusinessTime
from .aftersales_policy_deadline import ROLES


class AftersalesDuty(models.Model):
    """A turn of duty: who answers for a role while nobody else is at work.

    The hotline is answered day and night; on weekends and holidays calls are forwarded
    to the phone of whoever is on duty (R-INT-01, R-INT-17, R-DISC-01).
    """

    _name = "aftersales.duty"
    _description = "Duty Roster"
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _rec_name = "user_id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    role = fields.Selection(ROLES, required=True, default="advisor")
    user_id = fields.Many2one(
        "res.users",
        string="On duty",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    phone = fields.Char(
        compute="_compute_phone",
        store=True,
        readonly=False,
        help="Where calls are forwarded to. Filled in from the person's own.",
    )
    date_from = fields.Datetime(string="From", required=True)
    date_to = fields.Datetime(string="To", required=True)
    note = fields.Char()
    is_unreachable = fields.Boolean(
        compute="_compute_is_unreachable",
        search="_search_is_unreachable",
        help="There is no phone to forward calls to.",
    )

    _dates_fit = models.Constraint(
        "CHECK(date_from < date_to)", "A turn of duty must end after it begins."
    )
    # One person per role at a time. Ranges of one number stand in for equality, which
    # GiST lacks without a further extension.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(company_id, company_id, '[]') WITH &&, "
        "int8range(hashtext(role)::int8, hashtext(role)::int8, '[]') WITH &&, "
        "tsrange(date_from, date_to) WITH &&) DEFERRABLE INITIALLY DEFERRED",
        "Somebody else is on duty for that role at that time already.",
    )

    @api.depends("user_id")
    def _compute_phone(self):
        for duty in self:
            # sudo: phones of colleagues are on the roster for every role to see
            user = duty.user_id.sudo()
            employee = user.with_company(duty.company_id).employee_id
            duty.phone = employee.mobile_phone or employee.work_phone or user.phone

    @api.depends("phone")
    def _compute_is_unreachable(self):
        for duty in self:
            duty.is_unreachable = not duty.phone

    def _search_is_unreachable(self, operator, value):
        if operator != "in":
            return NotImplemented
        if set(value) == {True, False}:
            return []
        return [("phone", "in" if True in value else "not in", [False, ""])]

    @api.depends("user_id", "role")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for duty in self:
            duty.display_name = f"{duty.user_id.name or ''} ({labels.get(duty.role)})"

    @api.constrains("company_id", "role", "date_from", "date_to")
    def _check_overlap(self):
        """Refuse two people on duty for one role at one time, and name the other."""
        for duty in self:
            other = self.search(
                [
                    ("id", "!=", duty.id),
                    ("company_id", "=", duty.company_id.id),
                    ("role", "=", duty.role),
                    ("date_from", "<", duty.date_to),
                    ("date_to", ">", duty.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(other)s is on duty from %(start)s to %(end)s already. "
                        "Change that turn, or choose other times.",
                        other=other.display_name,
                        start=other._local(other.date_from),
                        end=other._local(other.date_to),
                    )
                )
        # The database's own check sees turns that others write at this moment. It is
        # deferred, so that the message above comes first, and asked for here, so that
        # its answer comes with this request and not with the commit.
        name = SQL.identifier("aftersales_duty_no_overlap")
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", name))
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", name))

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for duty in self:
            # sudo: which companies a colleague works for
            if duty.company_id not in duty.user_id.sudo().company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work for %(company)s and cannot be on duty "
                        "for it.",
                        user=duty.user_id.name,
                        company=duty.company_id.name,
                    )
                )

    def _local(self, moment):
        """Return ``moment`` as text in the reader's own time zone."""
        moment = fields.Datetime.context_timestamp(self, moment)
        return moment.strftime("%Y-%m-%d %H:%M")

    # -- Questions ---------------------------------------------------------------------

    @api.model
    def _on_duty(self, role, company, at=None):
        """Return the user on duty for ``role`` in ``company``, or no record.

        :param role: key of `ROLES`
        :param at: naive UTC datetime, default now
        """
        at = at or fields.Datetime.now()
        # sudo: the roster decides, whoever asks; only the person is given
        duty = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("role", "=", role),
                ("date_from", "<=", at),
                ("date_to", ">", at),
            ],
            limit=1,
        )
        return duty.user_id.with_env(self.env)

    @api.model
    def _is_working_time(self, company, at=None):
        """Return whether ``company`` is at work: its working hours less its holidays.

        :param at: naive UTC datetime, default now
        :raises UserError: when the company's working hours are flexible or empty
        """
        at = at or fields.Datetime.now()
        return BusinessTime(company.resource_calendar_id, company).is_working(at)

    @api.model
    def _default_responsible(self, role, company, at=None):
        """Return who is on duty if ``at`` is outside working time, or no record."""
        if self._is_working_time(company, at):
            return self.env["res.users"]
        return self._on_duty(role, company, at)
