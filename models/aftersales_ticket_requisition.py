from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_parts import REQUEST_STATES


class AftersalesTicket(models.Model):
    """Parts asked for with a requisition (R-PART-14)."""

    _inherit = "aftersales.ticket"

    requisition_ids = fields.One2many(
        "aftersales.part.requisition", "ticket_id", string="Requisitions"
    )
    requisition_count = fields.Integer(
        "Number of requisitions",
        compute="_compute_requisition_count",
        compute_sudo=True,
    )

    @api.depends("requisition_ids")
    def _compute_requisition_count(self):
        counts = dict(
            self.env["aftersales.part.requisition"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.requisition_count = counts.get(ticket._origin, 0)

    def action_request_parts(self):
        """Ask for the agreed parts; by requisition, where the company wants it so.

        :raises UserError: when nothing is left to ask for
        """
        # sudo: a setting of the ticket's company, whatever the reader's rights
        if not self.env.su and self.sudo().company_id.aftersales_requisition_required:
            return self.action_requisition()
        return super().action_request_parts()

    def action_requisition(self):
        """Open a new requisition with every agreed part that is not asked for yet.

        One that the user has begun is opened again (R-PART-14).

        :raises UserError: when nothing is left to ask for
        """
        self.ensure_one()
        self._check_role("technician", "advisor")
        self._check_state(*REQUEST_STATES)
        requisitions = self.env["aftersales.part.requisition"]
        mine = requisitions.search(
            [
                ("ticket_id", "=", self.id),
                ("state", "=", "draft"),
                ("requested_by_id", "=", self.env.uid),
            ],
            limit=1,
        )
        if not mine:
            lines = self.line_ids.filtered(
                lambda line: line.approval == "approved" and line._is_stock_part()
            )
            # sudo: the account of the ticket's own parts
            outstanding = lines.sudo()._get_qty_outstanding()
            open_lines = lines.filtered(
                lambda line: line.product_uom_id.compare(outstanding[line.id], 0) > 0
            )
            if not open_lines:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: every agreed part has been asked for "
                        "already. Put what is needed besides on the ticket, and have "
                        "it agreed.",
                        ticket=self.name,
                    )
                )
            mine = requisitions.create(
                {
                    "ticket_id": self.id,
                    "reason": ", ".join(
                        self.line_ids.filtered(
                            lambda line: (
                                line.line_type == "operation"
                                and line.approval == "approved"
                            )
                        ).mapped("name")
                    ),
                    "line_ids": [
                        Command.create({"ticket_line_id": line.id})
                        for line in open_lines
                    ],
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": mine.name,
            "res_model": mine._name,
            "res_id": mine.id,
            "view_mode": "form",
        }

    def action_view_requisitions(self):
        """Open the requisitions of the ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.part_requisition_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def _get_parts_problems(self):
        problems = super()._get_parts_problems()
        # sudo: roles that close may not read every requisition; only the number is told
        waiting = self.sudo().requisition_ids.filtered(
            lambda requisition: requisition.state == "asked"
        )
        return problems + [
            self.env._(
                "requisition %(name)s waits for a decision. Approve, refuse or "
                "withdraw it.",
                name=requisition.name,
            )
            for requisition in waiting
        ]

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new in ("ready", "cancelled"):
            # sudo: what nobody has decided on is not needed any more
            idle = self.sudo().requisition_ids.filtered(
                lambda requisition: (
                    requisition.state == "draft"
                    or (new == "cancelled" and requisition.state == "asked")
                )
            )
            if idle:
                idle.action_withdraw()
        return result
