from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# The cases a payer admits; the first is the default. A case must not be a way around
# the check that belongs to the payer.
CASES_BY_PAYER = {
    "warranty": ("warranty",),
    "goodwill": ("internal",),
    "internal": ("internal",),
    "customer": ("paid", "credit"),
    "insurer": ("paid", "credit"),
}


class AftersalesTicketLine(models.Model):
    """Part lines: why they may leave, who found what, and where they are."""

    _inherit = "aftersales.ticket.line"

    release_basis = fields.Selection(
        [
            ("warranty", "Warranty"),
            ("paid", "Paid in advance"),
            ("credit", "Not yet paid"),
            ("internal", "Own cost"),
        ],
        string="Case",
        compute="_compute_release_basis",
        store=True,
        readonly=False,
        precompute=True,
        help="Exactly one of the cases in which parts may leave (R-PART-02).",
    )
    move_ids = fields.One2many(
        "stock.move", "aftersales_line_id", string="Movements", readonly=True
    )
    part_return_ids = fields.One2many(
        "aftersales.part.return", "ticket_line_id", string="Old Parts", readonly=True
    )

    qty_requested = fields.Float(
        "Asked for",
        digits="Product Unit",
        compute="_compute_part_quantities",
        compute_sudo=True,
        help="On issue slips, handed out or not.",
    )
    qty_issued = fields.Float(
        "Issued",
        digits="Product Unit",
        compute="_compute_part_quantities",
        compute_sudo=True,
        help="Handed out for good, from stock or out of a loan.",
    )
    qty_returned = fields.Float(
        "Returned",
        digits="Product Unit",
        compute="_compute_part_quantities",
        compute_sudo=True,
        help="Issued, not used, and back in stock.",
    )
    qty_on_loan = fields.Float(
        "On loan",
        digits="Product Unit",
        compute="_compute_part_quantities",
        compute_sudo=True,
        help="In the technician's custody, neither used nor back.",
    )
    qty_used = fields.Float(
        "Used",
        digits="Product Unit",
        compute="_compute_part_quantities",
        compute_sudo=True,
        help="Issued less returned: what is in the vehicle.",
    )

    _case_of_payer = models.Constraint(
        "CHECK(release_basis IS NULL"
        " OR (payer = 'warranty' AND release_basis = 'warranty')"
        " OR (payer IN ('goodwill', 'internal') AND release_basis = 'internal')"
        " OR (payer IN ('customer', 'insurer')"
        " AND release_basis IN ('paid', 'credit')))",
        "The case in which a part may leave follows from who pays for it.",
    )

    @api.depends("payer")
    def _compute_release_basis(self):
        for line in self:
            if line.line_type == "part":
                line.release_basis = CASES_BY_PAYER.get(line.payer, (False,))[0]
            else:
                line.release_basis = False

    @api.constrains("release_basis", "payer")
    def _check_release_basis(self):
        for line in self:
            case = line.release_basis
            if case and case not in CASES_BY_PAYER.get(line.payer, ()):
                labels = dict(self._fields["payer"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: with the payer %(payer)s "
                        "the part cannot leave in this case. Change who pays, or let "
                        "the case follow.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                        payer=labels[line.payer],
                    )
                )

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "product_uom_id",
    )
    def _compute_part_quantities(self):
        quantities = self._get_part_quantities()
        for line in self:
            found = quantities[line._origin.id or line.id]
            line.qty_requested = found["open_issue"] + found["issue"]
            line.qty_issued = found["issue"]
            line.qty_returned = found["return"]
            line.qty_on_loan = (
                found["loan"] - found["loan_return"] - found["from_custody"]
            )
            line.qty_used = found["issue"] - found["return"]

    def _get_part_quantities(self):
        """Return what moved for each line, in the line's unit, in one query.

        :return: dict of line id -> dict with the keys ``issue``, ``open_issue``,
            ``return``, ``open_return``, ``loan``, ``open_loan``, ``loan_return``,
            ``open_loan_return``, ``from_custody`` and ``open_from_custody`` (the part
            of ``issue`` and ``open_issue`` taken out of a loan); missing keys are 0
        """
        totals = defaultdict(lambda: defaultdict(float))
        if not self.ids:
            return totals
        custody = self.company_id.aftersales_custody_location_id
        rows = self.env["stock.move"]._read_group(
            [
                ("aftersales_line_id", "in", self.ids),
                ("state", "!=", "cancel"),
                ("picking_id.aftersales_kind", "!=", False),
            ],
            [
                "aftersales_line_id",
                "picking_id.aftersales_kind",
                "state",
                "product_uom",
                "location_id",
            ],
            ["quantity:sum", "product_uom_qty:sum"],
        )
        for line, kind, state, uom, location, done, demand in rows:
            unit = line.product_uom_id
            if state == "done":
                quantity = uom._compute_quantity(done, unit, round=False)
                totals[line.id][kind] += quantity
                if kind == "issue" and location in custody:
                    totals[line.id]["from_custody"] += quantity
            else:
                quantity = uom._compute_quantity(demand, unit, round=False)
                totals[line.id][f"open_{kind}"] += quantity
                if kind == "issue" and location in custody:
                    totals[line.id]["open_from_custody"] += quantity
        for line in self:
            for key, quantity in totals[line.id].items():
                totals[line.id][key] = line.product_uom_id.round(
                    quantity, rounding_method="HALF-UP"
                )
        return totals

    def _get_qty_outstanding(self):
        """Return, per line id, the agreed quantity that no slip asks for yet."""
        quantities = self._get_part_quantities()
        return {
            line.id: line.quantity
            - quantities[line.id]["open_issue"]
            - quantities[line.id]["issue"]
            + quantities[line.id]["return"]
            for line in self
        }

    def _get_qty_keepable(self):
        """Return, per line id, what is on loan and on no slip that settles it.

        In the line's unit.
        """
        quantities = self._get_part_quantities()
        result = {}
        for line in self:
            found = quantities[line.id]
            settled = found["loan_return"] + found["from_custody"]
            coming = found["open_loan_return"] + found["open_from_custody"]
            result[line.id] = max(found["loan"] - settled - coming, 0.0)
        return result

    def _is_stock_part(self):
        """Return whether the line's part is moved by slips of our stock."""
        self.ensure_one()
        return self._is_own_part() and self.product_id.type == "consu"

    # -- Hooks ------------------------------------------------------------------------

    def _aftersales_after_moves(self):
        """Hook: parts of these lines have moved."""

    # -- Slips ------------------------------------------------------------------------

    def _get_parts_destination(self):
        """Return where the part goes and on which order it is billed.

        Billed: the customer location of the payer's order. Nobody billed: the cost
        location of the kind of payer, whose account takes the cost at once.

        :raises UserError: when the payer is to be billed and no order names the part
        :return: tuple (stock.location, sale.order or empty)
        """
        self.ensure_one()
        ticket = self.ticket_id
        company = ticket.company_id
        if ticket._get_payer_partner(self.payer):
            sale_line = self.sale_line_id
            if not sale_line or sale_line.state == "cancel":
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is on no order of its "
                        "payer. Make the quotation first.",
                        line=self.name,
                        ticket=ticket.name,
                    )
                )
            order = sale_line.order_id
            partner = order.partner_shipping_id.with_company(company)
            return partner.property_stock_customer, order
        if self.payer not in ("warranty", "goodwill", "internal"):
            raise UserError(
                self.env._(
                    "Line %(line)s of ticket %(ticket)s: nobody is there to be billed. "
                    "Enter the customer.",
                    line=self.name,
                    ticket=ticket.name,
                )
            )
        return company._get_aftersales_location(self.payer), self.env["sale.order"]

    def _prepare_part_move_vals(self, quantity, source, destination, order=None):
        """Return the values of a move of ``quantity`` (line's unit) of this part.

        :param order: the sale order it is billed on, if any
        """
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.product_uom_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "aftersales_line_id": self.id,
            "origin": self.ticket_id.name,
            "sale_line_id": self.sale_line_id.id if order else False,
        }
