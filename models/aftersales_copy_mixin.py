from odoo import models


class AftersalesCopyMixin(models.AbstractModel):
    """A copy is told from its original, or two of the same name stand in a list.

    ``_copy_marks``: the fields that carry the mark.
    """

    _name = "aftersales.copy.mixin"
    _description = "Marked Copies"

    _copy_marks = ("name",)

    def copy_data(self, default=None):
        """Write *(copy)* behind what the copy would otherwise share.

        Not where ``default`` says what it is called.
        """
        vals_list = super().copy_data(default=default)
        marks = [mark for mark in self._copy_marks if mark not in (default or {})]
        for record, vals in zip(self, vals_list, strict=True):
            for mark in marks:
                vals[mark] = self.env._("%(name)s (copy)", name=record[mark])
        return vals_list
