from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class AftersalesDuty(models.Model):
    """Whether the person on duty came on time (R-DISC-01)."""

    _inherit = "aftersales.duty"

    came_at = fields.Datetime(
        string="Came on duty",
        readonly=True,
        copy=False,
        help="Stamped by the person on duty.",
    )
    late_after = fields.Datetime(
        compute="_compute_late_after",
        store=True,
        precompute=True,
        help="The begin of the turn and the minutes the company allows after it, as "
        "set when the turn was planned.",
    )
    late_minutes = fields.Integer(
        string="Minutes late",
        compute="_compute_late_minutes",
        store=True,
        help="From the begin of the turn to the stamp; 0 within what is allowed.",
    )
    is_late = fields.Boolean(
        string="Late or missing",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Came later than allowed, or has not come though the turn has begun.",
    )
    can_come = fields.Boolean(compute="_compute_can_come")

    @api.depends("date_from")
    def _compute_late_after(self):
        for duty in self:
            minutes = duty.company_id.aftersales_duty_tolerance
            duty.late_after = duty.date_from and duty.date_from + timedelta(
                minutes=minutes
            )

    @api.depends("came_at", "date_from", "late_after")
    def _compute_late_minutes(self):
        for duty in self:
            late = duty.came_at and duty.came_at > duty.late_after
            delay = duty.came_at - duty.date_from if late else timedelta()
            duty.late_minutes = delay.total_seconds() // 60

    @api.depends("came_at", "late_after", "late_minutes")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for duty in self:
            missing = not duty.came_at and duty.late_after and duty.late_after < now
            duty.is_late = bool(duty.late_minutes or missing)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("late_minutes", ">", 0) | (
            Domain("came_at", "=", False)
            & Domain("late_after", "<", fields.Datetime.now())
        )
        return late if True in value else ~late

    @api.depends("came_at", "user_id", "date_from", "date_to")
    @api.depends_context("uid")
    def _compute_can_come(self):
        now = fields.Datetime.now()
        for duty in self:
            duty.can_come = bool(
                duty.user_id == self.env.user
                and not duty.came_at
                and duty.date_from
                and duty._get_earliest() <= now < duty.date_to
            )

    def _get_earliest(self):
        """Return the first moment at which the person may stamp the turn."""
        self.ensure_one()
        minutes = self.company_id.aftersales_duty_early
        return self.date_from - timedelta(minutes=minutes)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_stamp_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_stamp_vals(vals)
        return super().write(vals)

    def _check_stamp_vals(self, vals):
        if not self.env.su and vals.get("came_at"):
            raise AccessError(
                self.env._(
                    "Whoever is on duty stamps the turn with the button On duty; "
                    "nobody writes it for somebody else."
                )
            )

    def action_come(self):
        """Stamp that the user has come on duty, now (R-DISC-01).

        A second call changes nothing.

        :raises AccessError: for the turn of somebody else
        :raises UserError: outside the turn
        """
        self.check_access("read")
        now = fields.Datetime.now()
        for duty in self:
            if duty.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(duty)s stamps this turn in person.",
                        duty=duty.display_name,
                    )
                )
            if not duty._get_earliest() <= now < duty.date_to:
                raise UserError(
                    self.env._(
                        "The turn of %(duty)s lasts from %(start)s to %(end)s: stamp "
                        "it then.",
                        duty=duty.display_name,
                        start=duty._local(duty.date_from),
                        end=duty._local(duty.date_to),
                    )
                )
        # sudo: the stamp is not editable and few may write the roster; person and time
        # are checked above
        self.sudo().filtered(lambda duty: not duty.came_at).came_at = now
