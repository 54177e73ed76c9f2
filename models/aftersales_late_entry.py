from odoo import api, fields, models
from odoo.exceptions import AccessError


class AftersalesLateEntry(models.Model):
    """A time that was entered afterwards, from a form filled in by hand (R-BEY-18).

    One row for each stamp that was corrected: what the computer had, what is true, who
    entered it, when and why. Rows are made by the wizard alone and stay.
    """

    _name = "aftersales.late.entry"
    _description = "Entered Afterwards"
    _inherit = ["aftersales.ticket.document.mixin"]
    _order = "entered_at desc, id desc"
    _rec_name = "name"

    stamp = fields.Char(required=True, readonly=True, help="Technical name.")
    name = fields.Char("Step", required=True, readonly=True)
    recorded_at = fields.Datetime(
        "Recorded", required=True, readonly=True, help="What the computer had."
    )
    true_at = fields.Datetime("True time", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Entered by", required=True, readonly=True
    )
    entered_at = fields.Datetime(
        "Entered", required=True, readonly=True, default=fields.Datetime.now
    )
    reason = fields.Char(required=True, readonly=True)

    _true_before_entered = models.Constraint(
        "CHECK(true_at <= entered_at)", "What is entered afterwards has happened."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("True times are entered with Enter true times only.")
            )
        return super().create(vals_list)
