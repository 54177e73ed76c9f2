from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPayout(models.Model):
    """The steps of a payout statement, and its buttons."""

    _inherit = "aftersales.payout"

    slip_count = fields.Integer("Slips of deductions", compute="_compute_slip_count")

    @api.depends("line_ids.kind")
    def _compute_slip_count(self):
        for payout in self:
            slips = payout.line_ids.filtered(lambda line: line.kind in SLIPS)
            payout.slip_count = len(slips)

    def action_collect(self):
        """Collect the months of these drafts anew (Finance)."""
        self._check_finance("draft")
        # sudo: items are written by this step only; role and state are checked above
        for company, month in {(own.company_id, own.month) for own in self.sudo()}:
            self.sudo()._collect(company, month)
        return True

    def action_release(self):
        """Release these to payroll; from now on they do not change (Finance, R-INC-10).

        :raises UserError: before their month, on one's own, or when something has
            changed since they were collected
        """
        self._check_finance("draft")
        # sudo: stamps are not editable; role and state are checked above
        payouts = self.sudo()
        payouts.lock_for_update()
        for payout in payouts:
            if payout.month > self._get_today(payout.company_id):
                raise UserError(
                    self.env._(
                        "%(payout)s is released in its month, not before.",
                        payout=payout.display_name,
                    )
                )
        changed = payouts._get_changes()
        if changed:
            raise UserError(
                self.env._(
                    "%(payout)s: something has changed since it was collected. Press "
                    "Collect anew, and look through it.",
                    payout=changed[0].display_name,
                )
            )
        # The items first: once it is released, the database keeps them.
        self.env.flush_all()
        for payout in payouts:
            payout.write(
                {
                    "state": "released",
                    "released_by_id": self.env.uid,
                    "released_for_id": payout.user_id.id,
                    "released_at": fields.Datetime.now(),
                }
            )
        self.env.flush_all()
        payouts._tell_employees()
        return True

    def _tell_employees(self):
        """Tell the employees that their statements can be read (in sudo)."""
        for payout in self.filtered("user_id"):
            payout.message_notify(
                partner_ids=payout.user_id.partner_id.ids,
                subject=payout.display_name,
                body=self.env._(
                    "Your payout statement of %(month)s is released: %(amount)s.",
                    month=payout.month.strftime("%Y-%m"),
                    amount=payout.currency_id.format(payout.amount_total),
                ),
            )

    def action_cancel(self):
        """Cancel these for the reason written on them; their items are free (Finance).

        They are collected anew the next time, for the same month.

        :raises UserError: without a reason
        """
        self._check_finance("draft", "released")
        for payout in self:
            if not payout.cancel_reason:
                raise UserError(
                    self.env._(
                        "%(payout)s: enter why it is cancelled first.",
                        payout=payout.display_name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        payouts = self.sudo()
        payouts.lock_for_update()
        payouts.write(
            {
                "state": "cancelled",
                "cancelled_by_id": self.env.uid,
                "cancelled_at": fields.Datetime.now(),
            }
        )
        # The database lets go of the items when the statement is cancelled.
        self.env.flush_all()
        payouts.line_ids.write({"live": False})
        return True

    # -- Buttons ----------------------------------------------------------------------

    @api.readonly
    def action_view_items(self):
        """Open the items of these statements."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Items of Payouts"),
            "res_model": "aftersales.payout.line",
            "view_mode": "list,pivot",
            "domain": [("payout_id", "in", self.ids)],
        }

    def action_print_slips(self):
        """Print the slips of the deductions on these statements (F49).

        :raises UserError: when there is none
        """
        self.check_access("read")
        lines = self.line_ids.filtered(lambda line: line.kind in SLIPS)
        deductions = self.env["aftersales.deduction"].browse(
            lines.filtered(lambda line: line.kind == "deduction").mapped("res_id")
        )
        refunds = self.env["aftersales.deduction.refund"].browse(
            lines.filtered(lambda line: line.kind == "refund").mapped("res_id")
        )
        deductions |= refunds.deduction_id
        if not deductions:
            raise UserError(
                self.env._(
                    "%(payout)s holds no deduction, so there is no slip of one.",
                    payout=self[:1].display_name,
                )
            )
        report = self.env.ref("aftersales.action_report_deduction")
        return report.report_action(deductions)

    @api.readonly
    def action_export(self):
        """Download these statements as one spreadsheet, a row for each item."""
        self.check_access("read")
        ids = ",".join(str(payout) for payout in self.ids)
        return {
            "type": "ir.actions.act_url",
            "url": f"/aftersales/payouts/xlsx?ids={ids}",
            "target": "download",
        }


SLIPS = ("deduction", "refund")
