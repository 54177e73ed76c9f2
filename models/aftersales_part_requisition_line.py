from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesPartRequisitionLine(models.Model):
    """One part that is asked for: name, specification, quantity (F34)."""

    _name = "aftersales.part.requisition.line"
    _description = "Part of a Requisition"
    _order = "requisition_id, id"
    _rec_name = "ticket_line_id"
    _check_company_auto = True

    requisition_id = fields.Many2one(
        "aftersales.part.requisition", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="requisition_id.company_id", store=True, index=True, precompute=True
    )
    ticket_id = fields.Many2one(related="requisition_id.ticket_id")
    state = fields.Selection(related="requisition_id.state")
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('ticket_id', '=', ticket_id), ('line_type', '=', 'part'),"
        " ('approval', '=', 'approved')]",
    )
    product_id = fields.Many2one(
        related="ticket_line_id.product_id", store=True, index=True
    )
    specification = fields.Char(
        compute="_compute_from_part", store=True, readonly=False, precompute=True
    )
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        compute="_compute_from_part",
        store=True,
        readonly=False,
        precompute=True,
        help="In the unit of the ticket's line.",
    )
    product_uom_id = fields.Many2one(related="ticket_line_id.product_uom_id")
    qty_free = fields.Float(
        "Free in stock",
        digits="Product Unit",
        compute="_compute_qty_free",
        compute_sudo=True,
        help="On hand and not reserved, in the part's own unit.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A requisition asks for more than zero of a part."
    )
    _part_once = models.Constraint(
        "UNIQUE(requisition_id, ticket_line_id)",
        "This part is on the requisition already: change its quantity there.",
    )

    @api.depends("ticket_line_id")
    def _compute_from_part(self):
        # sudo: the account of the ticket's own parts
        parts = self.ticket_line_id.sudo()
        outstanding = parts._get_qty_outstanding() if parts else {}
        for line in self:
            part = line.ticket_line_id
            line.specification = part.product_id.default_code
            line.quantity = max(outstanding.get(part.id, 0.0), 0.0)

    @api.depends("product_id")
    def _compute_qty_free(self):
        for line in self:
            product = line.product_id.with_company(line.company_id)
            line.qty_free = product.free_qty

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.requisition_id._check_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self.requisition_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.requisition_id._check_draft()

    @api.constrains("ticket_line_id", "requisition_id")
    def _check_ticket(self):
        for line in self:
            if line.ticket_line_id.ticket_id != line.requisition_id.ticket_id:
                raise ValidationError(
                    self.env._(
                        "Requisition %(name)s: %(part)s is not on ticket %(ticket)s.",
                        name=line.requisition_id.name,
                        part=line.ticket_line_id.name,
                        ticket=line.requisition_id.ticket_id.name,
                    )
                )
