from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesTicket(models.Model):
    """Recalls are announced wherever the vehicle appears, and done with it."""

    _inherit = "aftersales.ticket"

    open_campaign_ids = fields.Many2many(
        "aftersales.campaign.vehicle",
        string="Open Campaigns",
        compute="_compute_open_campaign_ids",
        help="What the vehicle is called in for, and is not on this ticket yet.",
    )
    recall_told = fields.Boolean(
        "Told of the recall",
        copy=False,
        tracking=True,
        help="The owner knows that the vehicle is recalled and will come again.",
    )

    @api.depends("vehicle_id", "line_ids.campaign_vehicle_id")
    def _compute_open_campaign_ids(self):
        for ticket in self:
            ticket.open_campaign_ids = (
                ticket.vehicle_id.open_campaign_ids
                - ticket.line_ids.campaign_vehicle_id
            )

    def action_add_campaigns(self):
        """Put the remedies of all open campaigns on this ticket, free for the customer.

        :raises UserError: when there is none, or the work is finished (R-BEY-08)
        """
        self._check_role("advisor")
        self._check_state("new", "assigned", "diagnosed", "quoted", *ADDITIONAL_STATES)
        for ticket in self:
            rows = ticket.open_campaign_ids
            if not rows:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the vehicle is called in for nothing that "
                        "is not on the ticket already.",
                        ticket=ticket.name,
                    )
                )
            for row in rows:
                ticket._check_campaign_provider(row.campaign_id)
            ticket.line_ids.create(
                [
                    {
                        "ticket_id": ticket.id,
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "payer": "warranty",
                        "campaign_vehicle_id": row.id,
                    }
                    for row in rows
                    for line in row.campaign_id.line_ids
                ]
            )
            ticket._message_log(
                body=self.env._(
                    "Called in for: %(campaigns)s",
                    campaigns=", ".join(rows.mapped("display_name")),
                )
            )
        return True

    def _check_campaign_provider(self, campaign):
        """Let the maker of ``campaign`` bear the ticket's warranty lines.

        Lines of which nobody has decided yet go along with it; whoever decides on them
        is told when somebody else has to bear them.

        :raises UserError: when another bears warranty lines of the ticket already
        """
        self.ensure_one()
        self._bind_warranty_provider(
            campaign.provider_id,
            campaign.display_name,
            self.line_ids.filtered(
                lambda line: (
                    line._is_provider_bound()
                    or (line.payer == "warranty" and line.approval == "approved")
                )
            ),
        )

    def _update_vehicle_files(self):
        result = super()._update_vehicle_files()
        # See there: that the remedy was carried out follows from the step.
        for ticket in self:
            for row, lines in ticket.line_ids.grouped("campaign_vehicle_id").items():
                if row and all(line._is_carried_out() for line in lines):
                    row._close("done", ticket)
        return result

    def _check_before_deliver(self):
        self._check_recalls()
        return super()._check_before_deliver()

    def _check_recalls(self):
        """Raise UserError where a vehicle would leave with a safety recall unsaid."""
        for ticket in self.filtered(lambda ticket: not ticket.recall_told):
            for row in ticket.open_campaign_ids:
                if row.kind == "recall" and row.is_safety:
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: the vehicle leaves with the open "
                            "safety recall %(campaign)s. Put it on the ticket, or "
                            "tick that the owner was told and comes again.",
                            ticket=ticket.name,
                            campaign=row.display_name,
                        )
                    )
