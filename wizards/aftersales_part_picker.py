from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of


class AftersalesPartPicker(models.TransientModel):
    """The parts that fit the ticket's vehicle, to choose several at once (R-VEH-14)."""

    _name = "aftersales.part.picker"
    _description = "Parts That Fit"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    company_id = fields.Many2one(related="ticket_id.company_id")
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    look_for = fields.Char(help="A part of the name, the number or the module.")
    payer = fields.Selection(
        selection=choices_of("aftersales.ticket.line", "payer"),
        required=True,
        default="customer",
        help="Who pays for what is chosen; each line can be changed afterwards.",
    )
    image = fields.Image(
        "Picture", compute="_compute_image", help="Of the vehicle's parts list."
    )
    line_ids = fields.One2many("aftersales.part.picker.line", "picker_id")
    shown_line_ids = fields.One2many(
        "aftersales.part.picker.line",
        "picker_id",
        domain=[("is_shown", "=", True)],
    )

    @api.depends("ticket_id")
    def _compute_image(self):
        for picker in self:
            lists = picker.ticket_id.vehicle_id._get_service_boms()
            picker.image = lists.filtered("image_1920")[:1].image_1920

    def _fill_lines(self):
        """Propose every part of the vehicle's lists and of their modules, once."""
        self.ensure_one()
        rows = self.ticket_id.vehicle_id._get_fitting_parts()
        if not rows:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: there is no service parts list for vehicle "
                    "%(vehicle)s. Make one for its model, or add parts by hand.",
                    ticket=self.ticket_id.name,
                    vehicle=self.ticket_id.vehicle_id.display_name or "-",
                )
            )
        seen, commands = set(), []
        for row in rows:
            if row.product_id in seen:
                continue
            seen.add(row.product_id)
            commands.append(
                Command.create(
                    {
                        "product_id": row.product_id.id,
                        "module_id": row.module_id.id,
                        "position": row.position,
                        "level": row.level,
                        "fitted": row.quantity,
                        "quantity": 0.0,
                    }
                )
            )
        self.line_ids = commands

    def action_look(self):
        """Show the parts whose name, number or module has what is looked for."""
        self.ensure_one()
        wanted = (self.look_for or "").strip().lower()
        for line in self.line_ids:
            line.is_shown = wanted in line._get_words() or line.quantity > 0
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts That Fit"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_add(self):
        """Put what is chosen on the ticket: a line for each part, proposed.

        :raises UserError: when nothing is chosen
        """
        self.ensure_one()
        chosen = self.line_ids.filtered(lambda line: line.quantity > 0)
        if not chosen:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter a quantity for the parts you need.",
                    ticket=self.ticket_id.name,
                )
            )
        self.env["aftersales.ticket.line"].create(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "product_id": line.product_id.id,
                    "quantity": line.quantity,
                    "payer": line._get_payer(),
                }
                for line in chosen
            ]
        )
        return {"type": "ir.actions.act_window_close"}
