from odoo import api, fields, models
from odoo.exceptions import UserError

# Until here the way of estimating may change: afterwards somebody has it before him.
METHOD_STATES = ("new", "assigned", "diagnosed")
NOTICE_FIELDS = {"estimate_notice_at", "estimate_notice_by_id"}


class AftersalesTicket(models.Model):
    """How the estimate is made, and what it is made of (R-EST-01, R-EST-14)."""

    _inherit = "aftersales.ticket"

    estimate_method = fields.Selection(
        [
            ("system", "By system"),
            ("symptom", "By symptom, fixed price"),
            ("item", "By item, as ordered"),
        ],
        required=True,
        default="system",
        help="By system: what the system at fault needs. By symptom: a fixed price "
        "for removing the symptom, its risk included. By item: just the work that "
        "was ordered (R-EST-01).",
    )
    estimate_risk = fields.Float(
        "Risk premium, %",
        compute="_compute_estimate_risk",
        store=True,
        readonly=False,
        precompute=True,
        help="On the operations of a fixed price, for what may turn out to be more.",
    )
    estimate_notice_to = fields.Char(
        "Told to",
        copy=False,
        help="Who was told that the quality of work ordered item by item cannot always "
        "be guaranteed.",
    )
    estimate_notice_at = fields.Datetime("Told at", readonly=True, copy=False)
    estimate_notice_by_id = fields.Many2one(
        "res.users", string="Notice given by", readonly=True, copy=False
    )
    consultation_ids = fields.One2many("aftersales.price.consultation", "ticket_id")
    consultation_open_count = fields.Integer(compute="_compute_consultation_open_count")

    _estimate_risk_check = models.Constraint(
        "CHECK(estimate_risk IS NULL OR estimate_risk BETWEEN 0 AND 100)",
        "The risk premium lies between 0 and 100 %.",
    )

    @api.depends("estimate_method", "company_id")
    def _compute_estimate_risk(self):
        for ticket in self:
            ticket.estimate_risk = (
                # sudo: a setting of the ticket's company
                ticket.sudo().company_id.aftersales_estimate_risk
                if ticket.estimate_method == "symptom"
                else 0.0
            )

    @api.depends("consultation_ids.state")
    def _compute_consultation_open_count(self):
        for ticket in self:
            ticket.consultation_open_count = len(
                ticket.consultation_ids.filtered(lambda asked: asked.state == "asked")
            )

    @api.model_create_multi
    def create(self, vals_list):
        prepared = [self._prepare_notice(dict(vals)) for vals in vals_list]
        return super().create(prepared)

    def write(self, vals):
        if {"estimate_method", "estimate_risk"} & vals.keys():
            self._check_method_open(vals)
        if "estimate_notice_to" in vals or NOTICE_FIELDS & vals.keys():
            vals = self._prepare_notice(dict(vals))
        return super().write(vals)

    def _prepare_notice(self, vals):
        """Stamp who told the customer, and when; nobody writes that by hand."""
        if not self.env.su:
            for fname in NOTICE_FIELDS & vals.keys():
                del vals[fname]
        if "estimate_notice_to" in vals:
            told = bool((vals["estimate_notice_to"] or "").strip())
            vals["estimate_notice_at"] = told and fields.Datetime.now()
            vals["estimate_notice_by_id"] = told and self.env.uid
        return vals

    def _check_method_open(self, vals):
        """Raise UserError where somebody has the estimate before him already."""
        for ticket in self:
            if ticket.state not in METHOD_STATES and any(
                fname in vals and ticket[fname] != vals[fname]
                for fname in ("estimate_method", "estimate_risk")
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is quoted: the way of estimating stays. "
                        "Make a revision for what changes.",
                        ticket=ticket.name,
                    )
                )

    def action_quote(self):
        """Lay the estimate before those who pay; of item pricing they are told first.

        :raises UserError: when nobody was told of its risk (R-EST-01)
        """
        self._check_role("advisor")
        for ticket in self:
            if ticket.estimate_method == "item" and not ticket.estimate_notice_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is priced item by item: tell the customer "
                        "that quality cannot always be guaranteed, and enter whom you "
                        "told.",
                        ticket=ticket.name,
                    )
                )
        return super().action_quote()

    # -- What the price is made of ----------------------------------------------------

    def _get_price_composition(self, payer="customer"):
        """Return what the estimate of ``payer`` is made of (R-EST-14).

        :return: list of dicts ``label``, ``hours`` (or None), ``amount``, in the
            ticket's currency, and ``total`` (True for sums); the parts add up to the
            total to the cent
        """
        self.ensure_one()
        currency = self.currency_id
        lines = self.line_ids.filtered(
            lambda line: (
                line.payer == payer
                and line.approval in ("proposed", "approved")
                and not line._is_brought()
            )
        )
        if not lines:
            return []
        labour = lines.filtered(lambda line: line.line_type == "operation")
        parts = lines - labour
        risk = currency.round(sum(labour.mapped("amount_risk")))
        gross = {line: line._get_amount_undiscounted() for line in lines}
        labour_amount = currency.round(sum(gross[line] for line in labour))
        rows = [
            {
                "label": self.env._("Labour"),
                "hours": sum(line._get_planned_hours() for line in labour),
                "amount": labour_amount - risk,
            },
            {"label": self.env._("Risk of the fixed price"), "amount": risk},
        ]
        for supply, label in (
            ("own_original", self.env._("Original parts")),
            ("own_aftermarket", self.env._("Aftermarket parts")),
        ):
            rows.append(
                {
                    "label": label,
                    "amount": currency.round(
                        sum(gross[line] for line in parts if line.supply == supply)
                    ),
                }
            )
        untaxed = sum(lines.mapped("price_subtotal"))
        shown = sum(row["amount"] for row in rows)
        rows.append(
            {"label": self.env._("Discount"), "amount": currency.round(untaxed - shown)}
        )
        tax = self._get_estimate_tax(lines, payer)
        rows = [row for row in rows if not currency.is_zero(row["amount"])]
        rows += [
            {"label": self.env._("Untaxed"), "amount": untaxed, "total": True},
            {"label": self.env._("Tax"), "amount": tax},
            {"label": self.env._("Total"), "amount": untaxed + tax, "total": True},
        ]
        return rows

    def _get_estimate_tax(self, lines, payer):
        """Return the tax on ``lines``: that of their orders, which round it as a whole,
        else that of each line."""
        # sudo: sums only; who prints an estimate need not see orders
        orders = self.sudo().order_ids.filtered(
            lambda order: order.aftersales_payer == payer and order.state != "cancel"
        )
        asked = orders.order_line._aftersales_billable().aftersales_line_ids
        if orders and asked.ids and set(asked.ids) == set(lines.ids):
            return sum(orders.mapped("amount_tax"))
        return sum(lines.mapped("price_total")) - sum(lines.mapped("price_subtotal"))

    def action_ask_price(self):
        """Ask a specialist for a price (R-EST-06)."""
        self.ensure_one()
        self._check_role("advisor", "technician")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Price"),
            "res_model": "aftersales.price.consultation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_view_consultations(self):
        """Open what was asked about prices on this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.price_consultation_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"default_ticket_id": self.id}
        return action
