from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesReception(models.Model):
    """The vehicle is washed before it enters the workshop (R-RECV-15)."""

    _inherit = "aftersales.reception"

    wash = fields.Selection(
        [("none", "Not needed"), ("todo", "To be washed"), ("done", "Washed")],
        required=True,
        default="none",
        tracking=True,
    )
    washed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    washed_at = fields.Datetime(
        "Back from washing", readonly=True, copy=False, help="R-RECV-15"
    )

    def action_washed(self):
        """Bring the vehicle back from washing to who received it (R-RECV-15)."""
        self.ticket_id._check_role("advisor", "technician", "dispatcher")
        for reception in self:
            if reception.state == "returned" or reception.wash != "todo":
                raise UserError(
                    self.env._(
                        "Reception of %(ticket)s: there is nothing to wash.",
                        ticket=reception.ticket_id.name,
                    )
                )
        # sudo: whoever washes does not edit receptions; role and state are checked
        self.sudo().write(
            {
                "wash": "done",
                "washed_by_id": self.env.uid,
                "washed_at": fields.Datetime.now(),
            }
        )
