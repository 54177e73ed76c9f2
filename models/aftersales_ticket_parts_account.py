from odoo import models
from odoo.exceptions import UserError


class AftersalesTicket(models.Model):
    """The account of a ticket's parts, and what it keeps from happening."""

    _inherit = "aftersales.ticket"

    def _get_parts_problems(self):
        """Say what of these tickets' parts is not accounted for (R-PART-11, R-PART-16).

        :return: list of sentences: what is on loan, slips still open, more used than
            agreed
        """
        lines = self.line_ids.filtered(lambda line: line.line_type == "part")
        # sudo: roles that close have no stock rights; only the account is read
        quantities = lines.sudo()._get_part_quantities()
        problems = []
        for line in lines:
            found = quantities[line.id]
            unit = line.product_uom_id
            on_loan = found["loan"] - found["loan_return"] - found["from_custody"]
            used = found["issue"] - found["return"]
            agreed = line.quantity if line.approval == "approved" else 0.0
            if not unit.is_zero(on_loan):
                problems.append(
                    self.env._(
                        "%(line)s: %(quantity)s %(unit)s still on loan. Press Return "
                        "loan.",
                        line=line.name,
                        quantity=on_loan,
                        unit=unit.name,
                    )
                )
            if unit.compare(used, agreed) > 0:
                problems.append(
                    self.env._(
                        "%(line)s: %(used)s %(unit)s issued and not returned, "
                        "%(agreed)s agreed. Press Return unused, or have the "
                        "customer agree to the rest.",
                        line=line.name,
                        used=used,
                        agreed=agreed,
                        unit=unit.name,
                    )
                )
        # sudo: as above
        slips = self.sudo().picking_ids.filtered(
            lambda slip: slip.state not in ("done", "cancel")
        )
        problems += [
            self.env._(
                "slip %(slip)s is open. Hand it out, take it back, or cancel it.",
                slip=slip.name,
            )
            for slip in slips
        ]
        return problems

    def _check_parts_balanced(self):
        """Raise UserError unless every part of these tickets is accounted for.

        R-PART-11, R-PART-16: nothing on loan, no slip open, no more used than agreed,
        and – by the company's setting – no old part due that is not charged.
        """
        problems = self._get_parts_problems()
        # sudo: roles that close have no stock rights; only the account is read
        due = self.sudo().part_return_ids.filtered(
            lambda item: (
                item.state == "due"
                # Who was charged a missing part has paid, or owes, its price.
                and item.charge_state != "charged"
                and item.company_id.aftersales_close_needs_old_parts
            )
        )
        problems += [
            self.env._(
                "old part %(part)s is due. The parts keeper takes it in (Parts, Old "
                "Parts).",
                part=item.display_name,
            )
            for item in due
        ]
        if problems:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: its parts do not balance.\n%(problems)s",
                    ticket=", ".join(self.mapped("name")),
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )

    def _check_before_close(self):
        self._check_parts_balanced()
        return super()._check_before_close()

    def _check_before_cancel(self):
        result = super()._check_before_cancel()
        lines = self.line_ids.filtered(lambda line: line.line_type == "part")
        for line in lines:
            unit = line.product_uom_id
            if not unit.is_zero(line.qty_used) or not unit.is_zero(line.qty_on_loan):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(line)s is out. Bring it back before the "
                        "ticket is cancelled.",
                        ticket=line.ticket_id.name,
                        line=line.name,
                    )
                )
        return result

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "cancelled":
            # sudo: the advisor cancels the ticket; nothing has moved on these slips
            slips = self.sudo().picking_ids.filtered(
                lambda slip: slip.state not in ("done", "cancel")
            )
            slips.action_cancel()
        return result
