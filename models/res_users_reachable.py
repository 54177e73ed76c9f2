from odoo import api, fields, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Service staff are reachable by mobile, day and night (R-INT-17)."""

    _inherit = "res.users"

    aftersales_is_unreachable = fields.Boolean(
        string="Service Staff without Mobile",
        compute="_compute_aftersales_is_unreachable",
        search="_search_aftersales_is_unreachable",
        compute_sudo=True,
        help="Works in after-sales, and the employee has no mobile number; for users "
        "who are no employees: no phone number.",
    )

    def _compute_aftersales_is_unreachable(self):
        unreachable = self.with_context(active_test=False).search(
            Domain("id", "in", self.ids) & self._aftersales_get_unreachable_domain()
        )
        for user in self:
            user.aftersales_is_unreachable = user in unreachable

    @api.model
    def _search_aftersales_is_unreachable(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._aftersales_get_unreachable_domain()
        return domain if True in value else ~domain

    @api.model
    def _aftersales_get_unreachable_domain(self):
        """Return the domain of service staff without a mobile number."""
        # sudo: the employees' numbers count, whoever asks; no number is given
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch([("user_id", "!=", False)], ["user_id", "mobile_phone"])
        )
        with_mobile = employees.filtered("mobile_phone").user_id
        group = self.env.ref("aftersales.group_aftersales_user")
        # An employee's desk phone is his user's phone, too
        without = Domain("partner_id.phone", "in", [False, ""]) | Domain(
            "id", "in", employees.user_id.ids
        )
        return (
            Domain("all_group_ids", "in", group.ids)
            & Domain("share", "=", False)
            & Domain("id", "not in", with_mobile.ids)
            & without
        )
