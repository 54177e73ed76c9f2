from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReception(models.Model):
    """What was taken over goes back: items, papers and key are checked (R-SETT-13)."""

    _inherit = "aftersales.reception"

    missing_signature = fields.Image(
        "Customer's signature for what is missing",
        max_width=1024,
        max_height=1024,
        copy=False,
        help="He has read what did not come back, and why (F20).",
    )
    missing_on_paper = fields.Boolean(
        "Signed on paper: what is missing",
        copy=False,
        help="The customer signed the printed list of items instead of the screen.",
    )
    has_missing = fields.Boolean(compute="_compute_has_missing")

    @api.depends(
        "item_ids.quantity",
        "item_ids.quantity_returned",
        "paper_ids.is_taken",
        "paper_ids.is_returned",
    )
    def _compute_has_missing(self):
        for reception in self:
            reception.has_missing = any(
                item.quantity_returned < item.quantity for item in reception.item_ids
            ) or any(
                paper.is_taken and not paper.is_returned
                for paper in reception.paper_ids
            )

    def _check_returned(self):
        """Raise UserError naming what the customer has not got back.

        An item or paper that is missing goes through with a note and with a signature
        of the customer for it; new damage goes through with what was agreed.
        """
        self.ensure_one()
        ticket = self.ticket_id
        if self.state != "done":
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the reception is not signed. Close it first; "
                    "the handover is checked against it.",
                    ticket=ticket.name,
                )
            )
        missing = self.item_ids.filtered(lambda item: item._is_missing())
        if missing:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: not returned as counted: %(items)s. Count them "
                    "again with the customer, or write what is missing and why.",
                    ticket=ticket.name,
                    items=", ".join(
                        f"{item.name} ({item.quantity_returned}/{item.quantity})"
                        for item in missing
                    ),
                )
            )
        papers = self.paper_ids.filtered(lambda paper: paper._is_missing())
        if papers:
            kinds = dict(papers._fields["kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: papers not given back: %(papers)s.",
                    ticket=ticket.name,
                    papers=", ".join(kinds[paper.kind] for paper in papers),
                )
            )
        if self.key_holder_id:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: key %(key)s is with %(user)s. Put it back "
                    "first.",
                    ticket=ticket.name,
                    key=self.key_number,
                    user=self.key_holder_id.name,
                )
            )

        if self.has_missing and not (self.missing_signature or self.missing_on_paper):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: something is missing. Let the customer sign "
                    "for it separately, on the screen or on the list of items.",
                    ticket=ticket.name,
                )
            )
        if self.marks_after and not self.damage_note:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: new damage is marked. Write how it came about "
                    "and what was agreed with the customer.",
                    ticket=ticket.name,
                )
            )

    def _set_returned(self):
        """Note that vehicle, key and box are free again."""
        # sudo: a signed reception is closed to writing; the callers check
        self.sudo().write({"state": "returned", "returned_at": fields.Datetime.now()})

    def action_all_returned(self):
        """State that every item and paper was counted and is back."""
        self.ticket_id._check_role("advisor")
        self._check_in_house()
        for item in self.item_ids:
            item.quantity_returned = item.quantity
        self.paper_ids.filtered("is_taken").is_returned = True

    def action_return(self):
        """Give a vehicle back whose ticket ended without a handover (R-RECV-04).

        :raises UserError: while the ticket is open, or something is not given back
        """
        self.ticket_id._check_role("advisor")
        self.check_access("write")
        for reception in self:
            if reception.ticket_id.state != "cancelled":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is at work; the vehicle goes back with its "
                        "handover.",
                        ticket=reception.ticket_id.name,
                    )
                )
            reception._check_in_house()
            reception._check_returned()
        self._set_returned()
