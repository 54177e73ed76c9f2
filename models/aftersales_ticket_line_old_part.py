from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# Only the steps write these.
STAMPS = frozenset({"old_part_rule", "old_part_wish_by_id", "old_part_wish_at"})


class AftersalesTicketLine(models.Model):
    """What becomes of the part that is taken out (R-OLD-04, R-OLD-05)."""

    _inherit = "aftersales.ticket.line"

    old_part_rule = fields.Selection(
        [
            ("recover", "To be recovered"),
            ("small", "Small part"),
            ("no_value", "Without value"),
        ],
        readonly=True,
        copy=False,
        help="What the price and the settings said when the new part was issued under "
        "warranty (R-WAR-03).",
    )
    old_part_status = fields.Selection(
        [
            ("to_recover", "To recover"),
            ("overdue", "Overdue"),
            ("overdue_charged", "Overdue, charged"),
            ("received", "Received"),
            ("waived_small", "Small, not needed"),
            ("waived_finance", "Waived by Finance"),
        ],
        string="Old part",
        compute="_compute_old_part_status",
        compute_sudo=True,
        help="Where the old part of a part under warranty is (R-OLD-05).",
    )
    old_part_shown = fields.Boolean(
        "Old part shown",
        copy=False,
        help="The customer has seen the part that was taken out (R-OLD-04).",
    )
    old_part_wish = fields.Selection(
        [
            ("take", "Takes it along"),
            ("leave", "Leaves it with us"),
            ("scrap", "Have it scrapped"),
        ],
        string="Customer's wish",
        copy=False,
        help="What the customer wants done with the part that was taken out. A part "
        "that has to come in under warranty is not his to take (R-OLD-04).",
    )
    old_part_wish_by_id = fields.Many2one(
        "res.users", string="Wish recorded by", readonly=True, copy=False
    )
    old_part_wish_at = fields.Datetime("Wish recorded on", readonly=True, copy=False)

    _old_part_wish_fits = models.Constraint(
        "CHECK(old_part_wish IS NULL OR old_part_wish <> 'take'"
        " OR old_part_rule IS NULL OR old_part_rule <> 'recover')",
        "The old part of a part under warranty has to come in: the customer cannot "
        "take it along.",
    )

    @api.depends(
        "old_part_rule",
        "part_return_ids.state",
        "part_return_ids.is_overdue",
        "part_return_ids.charge_state",
    )
    def _compute_old_part_status(self):
        for line in self:
            items = line.part_return_ids
            due = items.filtered(lambda item: item.state == "due")
            states = set(items.mapped("state"))
            late = due.filtered("is_overdue")
            if "charged" in late.mapped("charge_state"):
                line.old_part_status = "overdue_charged"
            elif late:
                line.old_part_status = "overdue"
            elif due:
                line.old_part_status = "to_recover"
            elif "received" in states:
                line.old_part_status = "received"
            elif "waived" in states:
                line.old_part_status = "waived_finance"
            elif line.old_part_rule in ("small", "no_value"):
                line.old_part_status = "waived_small"
            else:
                line.old_part_status = False

    @api.constrains("old_part_wish", "payer", "old_part_rule", "line_type")
    def _check_old_part_wish(self):
        for line in self.filtered("old_part_wish"):
            if line.line_type != "part":
                raise ValidationError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is no part: it leaves no "
                        "old part.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )
            if line.old_part_wish == "take" and line._must_recover_old_part():
                raise ValidationError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: the old part has to come "
                        "in, because the new one goes under warranty. The customer "
                        "cannot take it along.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )

    def _must_recover_old_part(self):
        """Return whether the old part of this line has to come in, or will have to."""
        self.ensure_one()
        if self.payer != "warranty" or not self.product_id:
            return False
        rule = self.old_part_rule or self.product_id._aftersales_old_part_rule(
            self.price_unit, self.currency_id, self.company_id
        )
        return rule == "recover"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_old_part_stamps(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_old_part_stamps(vals)
        if "old_part_wish" in vals and not self.env.su:
            self._check_old_part_open()
        result = super().write(vals)
        if "old_part_wish" in vals:
            # sudo: who recorded the wish is not editable
            self.sudo().write(
                {
                    "old_part_wish_by_id": vals["old_part_wish"] and self.env.uid,
                    "old_part_wish_at": vals["old_part_wish"] and fields.Datetime.now(),
                }
            )
        return result

    def _check_old_part_stamps(self, vals):
        """Refuse to write by hand what follows from the issue or the wish.

        :raises AccessError: unless a step writes it
        """
        if not self.env.su and STAMPS & vals.keys():
            raise AccessError(
                self.env._("What is known of an old part follows from its steps.")
            )

    def _check_old_part_open(self):
        """Refuse a wish on tickets that are finished with.

        :raises UserError: naming the ticket
        """
        for ticket in self.ticket_id:
            if ticket.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is closed: the customer's wish about his "
                        "old parts was asked before.",
                        ticket=ticket.name,
                    )
                )
