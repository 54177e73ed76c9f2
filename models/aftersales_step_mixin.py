from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesStepMixin(models.AbstractModel):
    """A document that has a number and goes on by its buttons alone.

    A model names what its buttons write in ``_step_fields``, and keeps a sequence
    under its own name; it has ``company_id`` and ``state``, born as *draft*.
    """

    _name = "aftersales.step.mixin"
    _description = "Document with Number and Steps"
    _inherit = ["aftersales.role.mixin"]
    _step_fields = frozenset()

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, index="trigram", default="/"
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(
                {
                    name: value
                    for name, value in vals.items()
                    if value and value != BORN_WITH.get(name)
                }
            )
        documents = super().create(vals_list)
        for company, mine in documents.grouped("company_id").items():
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                self._name, company, len(mine)
            )
            for document, number in zip(mine, numbers, strict=True):
                # sudo: the number is not editable
                document.sudo().name = number or "/"
        return documents

    def write(self, vals):
        self._check_by_hand(vals)
        return super().write(vals)

    def _check_by_hand(self, vals):
        """Raise AccessError where ``vals`` hold what only a step writes."""
        if self.env.su:
            return
        if (self._step_fields | {"name", "state"}) & vals.keys():
            raise AccessError(
                self.env._(
                    "%(document)s: number, state and who did what are written by its "
                    "buttons.",
                    document=self._get_document_label(),
                )
            )

    def _check_state(self, *states):
        """Raise UserError unless all are in one of ``states``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in states:
                raise UserError(
                    self.env._(
                        "%(document)s %(name)s is already: %(state)s. This is done "
                        "while it is: %(expected)s.",
                        document=self._get_document_label(),
                        name=document.name,
                        state=labels[document.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )


# What a form sends along with a new document.
BORN_WITH = {"name": "/", "state": "draft"}
