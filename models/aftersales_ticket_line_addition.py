from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .aftersales_addition import OPEN_STATES


class AftersalesTicketLine(models.Model):
    """A line that belongs to additional work: its answer is that work's answer."""

    _inherit = "aftersales.ticket.line"

    addition_id = fields.Many2one(
        "aftersales.addition",
        string="Additional Work",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="set null",
        help="The finding that this line is to put right.",
    )

    @api.constrains("addition_id", "ticket_id")
    def _check_addition(self):
        for line in self:
            addition = line.addition_id
            if addition and addition.ticket_id != line.ticket_id:
                raise ValidationError(
                    self.env._(
                        "%(addition)s: all its lines belong to ticket %(ticket)s.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_addition_open()
        return lines

    def write(self, vals):
        if "addition_id" in vals:
            self._check_addition_open()
        result = super().write(vals)
        if vals.get("addition_id"):
            self._check_addition_open()
        if "approval" in vals:
            # sudo: the payer's own answer in the portal comes here, too
            self.sudo().addition_id._follow_lines()
        return result

    def _check_addition_open(self):
        """Raise UserError where a line would join or leave what is answered."""
        if self.env.su:
            return
        for line in self:
            addition = line.addition_id
            if addition and addition.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s is answered; its lines stay "
                        "as they are. Report what was found since as new additional "
                        "work.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )

    @api.depends("addition_id.is_safety")
    def _compute_is_safety(self):
        result = super()._compute_is_safety()
        for line in self.filtered("addition_id.is_safety"):
            line.is_safety = True
        return result

    def _is_billed(self):
        only = self.env.context.get("aftersales_only")
        # A client may send any context, but not this one in sudo.
        if (
            only is not None
            and self.env.su
            and self.approval == "proposed"
            and self.id not in only
        ):
            return False
        return super()._is_billed()
