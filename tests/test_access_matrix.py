from odoo.tests import new_test_user, tagged

from .access_matrix import FOREIGN, MATRIX
from .common import ROLES, AftersalesCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
GROUP = "aftersales.group_aftersales_"


def concrete_models(env):
    """Return the names of the models of after-sales that hold rows, bridges' too."""
    return sorted(
        name
        for name, model in env.registry.items()
        if name.startswith("aftersales.") and not model._abstract
    )


@tagged("post_install", "-at_install")
class TestAccessMatrix(AftersalesCommon):
    """Each role × each model × each operation (R-CUST-18)."""

    def _assert_rights(self, user, name, allowed):
        model = self.env[name].with_user(user)
        found = {key for key, op in OPERATIONS.items() if model.has_access(op)}
        self.assertEqual(found, set(allowed), f"{user.login} on {name}")

    def test_every_model_has_been_decided_on(self):
        """A new model without an entry in the matrix is a mistake, so is an old one."""
        self.assertEqual(concrete_models(self.env), sorted(MATRIX))

    def test_roles(self):
        for name in concrete_models(self.env):
            decided = MATRIX[name]
            base = set(decided.get("user", ""))
            everything = set().union(
                *(rights for role, rights in decided.items() if role != "portal")
            )
            for role in ROLES:
                allowed = base | set(decided.get(role, ""))
                if role == "manager":
                    allowed = everything
                with self.subTest(model=name, role=role):
                    self._assert_rights(self.users[role], name, allowed)

    def test_others(self):
        """Customers see what the portal shows, colleagues without a role nothing."""
        base = new_test_user(self.env, "base", groups=f"{GROUP}user")
        portal = new_test_user(self.env, "portal_matrix", groups="base.group_portal")
        internal = new_test_user(self.env, "colleague", groups="base.group_user")
        public = self.env.ref("base.public_user")
        for name in concrete_models(self.env):
            decided = MATRIX[name]
            with self.subTest(model=name):
                self._assert_rights(base, name, decided.get("user", ""))
                self._assert_rights(portal, name, decided.get("portal", ""))
                self._assert_rights(internal, name, "")
                self._assert_rights(public, name, "")

    def test_what_is_added_to_models_of_odoo(self):
        """The addon opens just so much of sales, stock and contacts to its roles."""
        access = self.env["ir.model.access"].search([])
        xmlids = access.get_external_id()
        found = {}
        for line in access:
            name = line.model_id.model
            if xmlids[line.id].startswith("aftersales.") and name not in MATRIX:
                rights = {key for key, op in OPERATIONS.items() if line[f"perm_{op}"]}
                group = line.group_id.get_external_id()[line.group_id.id]
                found.setdefault(name, {})[group] = rights
        decided = {
            name: {GROUP + role: set(rights) for role, rights in rows.items()}
            for name, rows in FOREIGN.items()
        }
        self.assertEqual(found, decided)
