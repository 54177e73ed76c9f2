from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.private
    def aftersales_reads_all(self, model):
        """Return whether a group outside After-Sales lets the user read ``model``.

        Asked by the record rules: a role sees the slips of tickets only, yet must not
        take away what another app's group grants.
        """
        self.ensure_one()
        # sudo: the access list itself; only a yes or no leaves this method
        privilege = self.env.ref("aftersales.privilege_aftersales")
        lines = (
            self.env["ir.model.access"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", model),
                    ("perm_read", "=", True),
                    ("group_id", "in", self.sudo().all_group_ids.ids),
                ]
            )
        )
        base = self.env.ref("aftersales.group_aftersales_user")
        groups = lines.group_id.filtered(
            lambda group: group != base and group.privilege_id != privilege
        )
        return bool(groups)
