from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesHandover(models.Model):
    _name = "aftersales.handover"
    _description = "Handover"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "ticket_id"

    handed_over_by_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        help="Normally the advisor who received the vehicle (R-SETT-09).",
    )
    handed_over_at = fields.Datetime(readonly=True, copy=False)
    received_by = fields.Char(
        help="Name of the person who takes the vehicle or the parts."
    )
    signature = fields.Image(
        max_width=1024,
        max_height=1024,
        help="The customer's signature (R-SIGN-01, R-SETT-13).",
    )
    signed_on_paper = fields.Boolean(
        help="The customer signed the printed work order instead of the screen."
    )
    cleaned = fields.Boolean(help="Inside and outside cleaned (R-SETT-01).")
    items_returned = fields.Boolean(
        string="Tools and Items Returned",
        help="On-board tools and items counted and back in place (R-SETT-01, 13).",
    )
    papers_returned = fields.Boolean(string="Vehicle Papers Returned")
    keys_returned = fields.Boolean()
    documents_given = fields.Boolean(
        help="Gate pass, work order, settlement and guarantee in a customer copy "
        "(R-SETT-12)."
    )
    old_parts_shown = fields.Boolean(
        help="Replaced parts shown, or returned when the customer asked for them."
    )
    next_service_date = fields.Date(
        help="Told to the customer at handover (R-SETT-14); copied from the vehicle."
    )
    next_service_odometer = fields.Float()
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    notes = fields.Text()
    state = fields.Selection(
        [("draft", "Preparing"), ("done", "Handed over")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _ticket_uniq = models.UniqueIndex("(ticket_id)", "A ticket has one handover.")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_steps(vals)
        return super().create(vals_list)

    def _check_steps(self, vals):
        """Refuse to write what the step *Hand over* alone decides.

        :raises AccessError: unless that step writes it
        """
        decided = vals.get("handed_over_at") or vals.get("state", "draft") != "draft"
        if decided and not self.env.su:
            raise AccessError(
                self.env._("A handover is closed by its step Hand over only.")
            )

    def write(self, vals):
        self._check_steps(vals)
        for handover in self:
            if handover.state == "done" and vals.keys() - {"notes"} and not self.env.su:
                raise UserError(
                    self.env._(
                        "The handover of ticket %(ticket)s is signed and can no "
                        "longer be changed; write a note.",
                        ticket=handover.ticket_id.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for handover in self:
            if handover.state == "done":
                raise UserError(
                    self.env._(
                        "The handover of ticket %(ticket)s is signed and is kept as a "
                        "record.",
                        ticket=handover.ticket_id.name,
                    )
                )

    def action_confirm(self):
        """Close the handover and deliver its ticket (R-SETT-12, 13).

        :raises AccessError: without the role Service advisor
        :raises UserError: without a receiver or a signature, without keys given
            back, or when the ticket may not be delivered yet
        """
        for handover in self:
            ticket = handover.ticket_id
            ticket._check_role("advisor")
            handover.check_access("write")
            if handover.state == "done":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s was handed over already.",
                        ticket=ticket.name,
                    )
                )
            handover._check_complete()
            # sudo: closes the record against later edits; role and state are checked
            handover.sudo().write(
                {"state": "done", "handed_over_at": fields.Datetime.now()}
            )
            ticket.action_deliver()
        return True

    def _check_complete(self):
        """What the customer must have given and got before the vehicle leaves.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        if not self.received_by or not (self.signature or self.signed_on_paper):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter who receives it and let that person "
                    "sign, on the screen or on paper.",
                    ticket=self.ticket_id.name,
                )
            )
        in_our_hands = self.ticket_id.service_mode in ("workshop", "factory")
        if self.vehicle_id and in_our_hands and not self.keys_returned:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: tick that the keys were given back.",
                    ticket=self.ticket_id.name,
                )
            )
