from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

INSPECTORS = ("inspector", "quality", "parts_keeper")


class AftersalesPartReturn(models.Model):
    """What the inspection of an old part shows, and what follows (R-BEY-10)."""

    _inherit = "aftersales.part.return"

    finding = fields.Selection(
        [
            ("fault", "Fault found"),
            ("no_trouble", "No trouble found"),
            ("wrong_part", "Wrong part"),
        ],
        readonly=True,
        copy=False,
        tracking=True,
    )
    finding_note = fields.Text("What was found", readonly=True, copy=False)
    inspected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_at = fields.Datetime(readonly=True, copy=False)

    _inspected_by_somebody = models.Constraint(
        "CHECK(finding IS NULL OR (inspected_by_id IS NOT NULL"
        " AND inspected_at IS NOT NULL))",
        "An old part is inspected by somebody, at some time.",
    )

    def action_inspect(self):
        """Open the window in which the finding is entered.

        :return: the action
        """
        return self._open_custody("inspect", self.env._("Inspection"), *INSPECTORS)

    def _inspect(self, finding, note, owed_again=False):
        """Record what the inspection of these old parts has shown (R-BEY-10).

        :param finding: key of the finding
        :param note: in words; needed for all but a fault that was found
        :param owed_again: for a wrong part: the right one is owed, and charged, anew
        :raises UserError: for parts that are not in, or without words
        """
        self._check_role(*INSPECTORS)
        # sudo: the finding is not editable; role and access are checked above
        items = self.sudo()
        items._check_in_zone()
        if finding != "fault" and not (note or "").strip():
            raise UserError(
                self.env._(
                    "Old part %(part)s: say what was found.",
                    part=", ".join(self.mapped("display_name")),
                )
            )
        items.write(
            {
                "finding": finding,
                "finding_note": note,
                "inspected_by_id": self.env.uid,
                "inspected_at": fields.Datetime.now(),
            }
        )
        if finding == "wrong_part" and owed_again:
            items._owe_again()
        return True

    def _owe_again(self):
        """Let the right part be owed, since a wrong one was brought in (in sudo).

        No more than the issue still owes: nothing is asked for a new part that has come
        back unused since. What is not owed stays as a cancelled row.

        :raises UserError: while another part of the same issue is due
        """
        for item in self:
            if item.state != "received":
                raise UserError(
                    self.env._(
                        "Old part %(part)s was found wrong already.",
                        part=item.display_name,
                    )
                )
            if self.search([("move_id", "=", item.move_id.id), ("state", "=", "due")]):
                raise UserError(
                    self.env._(
                        "Old part %(part)s: more of the same issue is due. Receive or "
                        "waive that first.",
                        part=item.display_name,
                    )
                )
            item.state = "rejected"
            days = (
                item.product_id.aftersales_old_part_days
                or item.company_id.aftersales_old_part_days
            )
            again = item.copy(
                {
                    "charge_line_id": False,
                    "due_date": fields.Date.context_today(item) + timedelta(days=days),
                }
            )
            again._lower_to(self._get_owed(item.move_id)[item.move_id])
            if again.state == "due":
                again._remind()
                again._after_due()
