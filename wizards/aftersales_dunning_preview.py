from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AftersalesDunningPreview(models.TransientModel):
    """What the next run of dunning letters would send."""

    _name = "aftersales.dunning.preview"
    _description = "Next Dunning Letters"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today, readonly=True)
    line_ids = fields.One2many("aftersales.dunning.preview.line", "preview_id")

    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("Next Dunning Letters")

    @api.model
    def action_open(self):
        """Show which customers would be written today, and write nothing (Finance).

        :return: action that opens the list
        """
        self.check_access("create")
        company = self.env.company
        # sudo: open items of all customers are added up; the right is checked above
        letters = self.env["aftersales.dunning.letter"].sudo()
        today = letters._get_today(company)
        plans = letters._get_plans(company, today)
        preview = self.create(
            {
                "company_id": company.id,
                "date": today,
                "line_ids": [
                    Command.create(
                        {
                            "partner_id": partner.id,
                            "level_id": plan["level"].id,
                            "amount": sum(
                                line["amount_company"] for line in plan["lines"]
                            ),
                            "invoice_count": sum(
                                "level_id" in line for line in plan["lines"]
                            ),
                            "days_overdue": max(
                                line.get("days_overdue", 0) for line in plan["lines"]
                            ),
                        }
                    )
                    for partner, plan in sorted(
                        plans.items(),
                        key=lambda item: (-item[1]["level"].days, item[0].id),
                    )
                ],
            }
        )
        return preview._get_records_action(name=self.env._("Next Dunning Letters"))

    def action_write(self):
        """Write these letters; each is sent by itself (Finance).

        :return: action that opens them
        """
        return self._open(self._write_letters())

    def action_send(self):
        """Write and send these letters (Finance).

        :return: action that opens them
        """
        letters = self._write_letters()
        letters.action_send()
        return self._open(letters)

    def _write_letters(self):
        self.ensure_one()
        letters = self.env["aftersales.dunning.letter"]
        letters._check_role("finance")
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(company)s: no letter is due today.", company=self.company_id.name
                )
            )
        # sudo: letters are written by steps only; the role is checked above
        letters = letters.sudo().with_company(self.company_id)
        return letters._begin(
            self.company_id,
            letters._get_today(self.company_id),
            self.line_ids.partner_id,
        ).sudo(False)

    def _open(self, letters):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.dunning_letter_action"
        )
        action["domain"] = [("id", "in", letters.ids)]
        action["context"] = {}
        return action
