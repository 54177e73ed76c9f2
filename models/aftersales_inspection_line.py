from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesInspectionLine(models.Model):
    """One point of a check sheet and what was found there."""

    _name = "aftersales.inspection.line"
    _description = "Checked Point"
    _order = "inspection_id, sequence, id"
    _check_company_auto = True

    inspection_id = fields.Many2one(
        "aftersales.inspection", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="inspection_id.ticket_id")
    company_id = fields.Many2one(related="inspection_id.company_id")
    state = fields.Selection(related="inspection_id.state")
    template_line_id = fields.Many2one(
        "aftersales.inspection.template.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    sequence = fields.Integer(default=1000)
    section = fields.Char()
    name = fields.Char("Point", required=True)
    is_safety = fields.Boolean("Safety")
    asks_remaining_life = fields.Boolean()
    result = fields.Selection(
        [
            ("ok", "In order"),
            ("attention", "Attention"),
            ("defect", "Defect"),
            ("not_checked", "Not checked"),
        ],
        help="Attention: will be due soon. Defect: needs work now.",
    )
    note = fields.Char("Remarks")
    photo = fields.Image(max_width=1920, max_height=1920)
    remaining_life = fields.Integer(
        "Remaining %", help="How much of its life a wearing part has left, in %."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Work or part needed",
        index="btree_not_null",
        check_company=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Proposed line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    recommendation_id = fields.Many2one(
        "aftersales.vehicle.recommendation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_proposed = fields.Boolean(compute="_compute_is_proposed")

    _remaining_life_percent = models.Constraint(
        "CHECK(remaining_life >= 0 AND remaining_life <= 100)",
        "What is left of a part lies between 0 and 100 %.",
    )

    @api.depends("ticket_line_id", "recommendation_id")
    def _compute_is_proposed(self):
        for line in self:
            line.is_proposed = bool(line.ticket_line_id or line.recommendation_id)

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.inspection_id._check_open()
        return lines

    def write(self, vals):
        if not self.env.su:
            self.inspection_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        # The points go with a sheet that is deleted as a whole, which checks itself.
        self.inspection_id._check_open()

    # -- Steps --------------------------------------------------------------------

    def action_ok(self):
        """Answer these points with one touch: in order."""
        self.write({"result": "ok"})

    def action_attention(self):
        """Answer these points with one touch: will be due soon."""
        self.write({"result": "attention"})

    def action_defect(self):
        """Answer these points with one touch: needs work now."""
        self.write({"result": "defect"})

    def action_not_checked(self):
        """Answer these points with one touch: could not be looked at."""
        self.write({"result": "not_checked"})

    def action_propose(self):
        """Turn what was found into work to be quoted, or into a recommendation.

        With a product, and while the ticket's work is open, a proposed line joins the
        ticket (R-RECV-17); otherwise the finding is kept on the vehicle and shown at
        its next visit (R-VEH-09). A finished sheet may still be proposed from.

        :raises UserError: for a point that is in order or proposed already, or with
            neither product nor vehicle
        """
        self.ticket_id._check_role("technician", "advisor", "inspector")
        self.check_access("write")
        for line in self:
            line._check_proposable()
            ticket = line.ticket_id
            if line.product_id and ticket.state not in (
                "ready",
                "delivered",
                "closed",
                "cancelled",
            ):
                # sudo: inspectors propose work too; role, access, state are checked
                proposed = ticket.line_ids.sudo().create(
                    {"ticket_id": ticket.id, "product_id": line.product_id.id}
                )
                vals = {"ticket_line_id": proposed.id}
            else:
                # sudo: as above
                recommendation = (
                    self.env["aftersales.vehicle.recommendation"]
                    .sudo()
                    .create(line._prepare_recommendation_vals())
                )
                vals = {"recommendation_id": recommendation.id}
            # sudo: the sheet may be done, its findings stay as they are
            line.sudo().write(vals)

    def _check_proposable(self):
        """Raise UserError unless something can be proposed from this point."""
        self.ensure_one()
        message = None
        if self.result not in ("attention", "defect"):
            message = self.env._("nothing was found there that needs work.")
        elif self.is_proposed:
            message = self.env._("it has been proposed already.")
        elif not self.product_id and not self.ticket_id.vehicle_id:
            message = self.env._(
                "choose the work or part needed; without a vehicle there is no file "
                "to keep a recommendation in."
            )
        if message:
            raise UserError(
                self.env._(
                    "Point %(point)s of ticket %(ticket)s: %(reason)s",
                    point=self.name,
                    ticket=self.ticket_id.name,
                    reason=message,
                )
            )

    def _prepare_recommendation_vals(self):
        """Return the values of the recommendation that keeps this finding."""
        self.ensure_one()
        return {
            "name": self.product_id.display_name or self.name,
            "vehicle_id": self.ticket_id.vehicle_id.id,
            "product_id": self.product_id.id,
            "is_safety": self.is_safety,
            "note": self.note or self.name,
        }

    def _shows_remaining_life(self):
        """Return whether a remaining life was noted; 0 % goes with a defect only."""
        self.ensure_one()
        return self.asks_remaining_life and (
            self.remaining_life > 0 or self.result == "defect"
        )

    def _get_report_texts(self):
        """Return section and point in the language of the print.

        What the template says in that language, as long as the line still reads as
        the template does; else the line as it stands.

        :return: dict ``section``, ``name``
        """
        self.ensure_one()
        point = self.template_line_id
        langs = [code for code, __ in self.env["res.lang"].get_installed()]
        return {
            fname: point[fname]
            if self[fname] in {point.with_context(lang=code)[fname] for code in langs}
            else self[fname]
            for fname in ("section", "name")
        }
