from odoo import api, fields, models
from odoo.exceptions import UserError

VISIT_STATES = ("assigned", "diagnosed", "quoted", "approved")


class AftersalesTicket(models.Model):
    """A visit on site: confirmed with the customer, packed for, set out (R-DIAG-06)."""

    _inherit = "aftersales.ticket"

    visit_confirmed_by = fields.Char(
        "Visit confirmed by",
        copy=False,
        help="Who of the customer's side confirmed the time before the technician "
        "set out. A new time has to be confirmed anew.",
    )
    visit_confirmed_at = fields.Datetime(
        "Visit confirmed at", readonly=True, copy=False
    )
    tools_needed = fields.Text(
        "Tools to take", copy=False, help="What is needed beside the parts."
    )
    parts_to_take = fields.Text(
        compute="_compute_parts_to_take",
        help="Agreed parts, and how many of each the technician holds.",
    )
    is_packed = fields.Boolean("Tools and parts taken", copy=False)
    departed_at = fields.Datetime("Set out at", readonly=True, copy=False)

    @api.depends(
        "line_ids.approval",
        "line_ids.quantity",
        "line_ids.qty_issued",
        "line_ids.qty_on_loan",
    )
    def _compute_parts_to_take(self):
        for ticket in self:
            ticket.parts_to_take = "\n".join(
                self.env._(
                    "%(part)s: %(needed)g needed, %(held)g taken out",
                    part=line.name,
                    needed=line.quantity,
                    held=line.qty_issued + line.qty_on_loan,
                )
                for line in ticket.line_ids
                if line._is_own_part() and line.approval == "approved"
            )

    @api.onchange("visit_confirmed_by")
    def _onchange_visit_confirmed_by(self):
        for ticket in self:
            ticket.visit_confirmed_at = (
                fields.Datetime.now() if ticket.visit_confirmed_by else False
            )

    def write(self, vals):
        if "visit_confirmed_by" in vals:
            at = fields.Datetime.now() if vals["visit_confirmed_by"] else False
            vals = {"visit_confirmed_at": at, **vals}
        elif "planned_at" in vals:
            planned = fields.Datetime.to_datetime(vals["planned_at"])
            moved = self.filtered(
                lambda ticket: (
                    ticket.visit_confirmed_by and ticket.planned_at != planned
                )
            )
            super(AftersalesTicket, moved).write(
                {"visit_confirmed_by": False, "visit_confirmed_at": False}
            )
        return super().write(vals)

    def action_set_out(self):
        """Stamp that the technician sets out for the customer (R-DIAG-06, R-DIAG-07).

        :raises UserError: when the ticket is no visit, nothing was tried from afar, no
            time is agreed, the customer has not confirmed it, or tools and parts are
            not taken.
        """
        self._check_role("technician")
        self._check_state(*VISIT_STATES)
        for ticket in self:
            ticket._check_visit()
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"departed_at": fields.Datetime.now()})

    def _check_visit(self):
        """Raise UserError naming what is missing before the technician sets out."""
        self.ensure_one()
        message = None
        if self.service_mode != "onsite":
            message = self.env._("it is not a visit on site.")
        elif not self.remote_attempt:
            message = self.env._(
                "try from afar first and note what was tried; a visit comes only when "
                "that is not enough."
            )
        elif not self.planned_at:
            message = self.env._("agree the time of the visit with the customer.")
        elif not self.visit_confirmed_by:
            message = self.env._(
                "confirm the time of the visit with the customer before you set out, "
                "and enter who confirmed it."
            )
        elif not self.is_packed:
            message = self.env._(
                "take the tools and parts that are needed, and tick that you have them."
            )
        if message:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: %(todo)s", ticket=self.name, todo=message
                )
            )
