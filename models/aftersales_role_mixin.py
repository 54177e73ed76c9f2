from odoo import models
from odoo.exceptions import AccessError


class AftersalesRoleMixin(models.AbstractModel):
    """Who may take a step of a record: people with one of its roles who see it."""

    _name = "aftersales.role.mixin"
    _description = "Record with Steps for Roles"

    def _get_document_label(self):
        """Return in words what these records are, for messages."""
        return self.env["ir.model"]._get(self._name).name

    def _check_role(self, *roles):
        """Raise AccessError unless the user has one of ``roles`` and sees the records.

        :param roles: short names of the groups, as ``"advisor"``. The manager's
            group implies all of them.
        """
        if self.env.su:
            return
        self.check_access("read")
        if any(
            self.env.user.has_group(f"aftersales.group_aftersales_{role}")
            for role in roles
        ):
            return
        groups = [self.env.ref(f"aftersales.group_aftersales_{role}") for role in roles]
        raise AccessError(
            self.env._(
                "%(document)s %(name)s: this step belongs to %(roles)s.",
                document=self._get_document_label(),
                name=", ".join(self.mapped(self._rec_name or "display_name")),
                # sudo: names of groups, readable to administrators only
                roles=" / ".join(group.sudo().name for group in groups),
            )
        )
