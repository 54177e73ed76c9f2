from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class AftersalesGatePass(models.Model):
    _name = "aftersales.gate.pass"
    _description = "Gate Pass"
    _inherit = ["mail.thread"]
    _order = "issued_at desc, id desc"
    _rec_names_search = ["name", "ticket_id.name"]
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True
    )
    reason = fields.Selection(
        [
            ("paid", "Paid"),
            ("credit", "On credit"),
            ("account", "On account"),
            ("covered", "Nothing to pay"),
            ("not_entered", "No repair"),
        ],
        required=True,
        readonly=True,
        help="Why the vehicle may leave: everything is paid; a guarantor answers for "
        "the rest; the dealer is invoiced at the end of his cycle; nobody at the gate "
        "owes anything; or it leaves without a repair, the fee paid (R-SETT-11, "
        "R-SETT-19, R-PAY-09).",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_open = fields.Monetary(
        string="Left Unpaid",
        readonly=True,
        help="What the customer still owed on the ticket when the pass was issued, "
        "invoiced or not, in the company's currency.",
    )
    guarantor_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Answers for the largest share of what was left unpaid; never the one who "
        "issued the pass.",
    )
    guarantor_ids = fields.Many2many(
        "res.users",
        "aftersales_gate_pass_guarantor_rel",
        "gate_pass_id",
        "user_id",
        string="Guarantors",
        readonly=True,
        help="All who answer for a share of what was left unpaid.",
    )
    issued_by_id = fields.Many2one("res.users", required=True, readonly=True)
    issued_at = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [
            ("issued", "Pass issued"),
            ("used", "Vehicle has left"),
            ("cancelled", "Cancelled"),
        ],
        default="issued",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False, tracking=True)

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "A gate pass number is given once."
    )
    _one_per_ticket = models.UniqueIndex(
        "(ticket_id) WHERE state != 'cancelled'",
        "A ticket has one valid gate pass at a time.",
    )
    _guarantor_check = models.Constraint(
        "CHECK(guarantor_id IS NULL OR guarantor_id != issued_by_id)",
        "Nobody issues a gate pass against his own guarantee.",
    )
    _credit_check = models.Constraint(
        "CHECK(reason != 'credit' OR guarantor_id IS NOT NULL)",
        "A gate pass on credit needs a guarantor.",
    )
    _issued_at_idx = models.Index("(issued_at desc, id desc)")

    @api.constrains("guarantor_ids")
    def _check_guarantors(self):
        for gate_pass in self:
            if gate_pass.issued_by_id in gate_pass.guarantor_ids:
                raise ValidationError(
                    self.env._(
                        "Gate pass %(name)s: nobody issues a gate pass against his own "
                        "guarantee.",
                        name=gate_pass.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            vals["name"] = (
                self.env["ir.sequence"]
                .with_company(company)
                .next_by_code("aftersales.gate.pass")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - {"cancel_reason"}:
            raise AccessError(
                self.env._(
                    "A gate pass is issued and cancelled by its steps only; besides, "
                    "just the reason of the cancellation is written."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Gate pass %(name)s is kept as a record. Cancel it instead.",
                name=self[:1].name,
            )
        )

    def action_cancel(self):
        """Cancel passes whose vehicle has not left yet; Finance only (R-SETT-11).

        :raises AccessError: without the role Finance
        :raises UserError: when the vehicle has left, or no reason is written
        """
        if not self.env.user.has_group("aftersales.group_aftersales_finance"):
            raise AccessError(self.env._("Only Finance may cancel a gate pass."))
        self.check_access("read")
        for gate_pass in self:
            if gate_pass.state != "issued":
                raise UserError(
                    self.env._(
                        "Gate pass %(name)s is %(state)s and cannot be cancelled.",
                        name=gate_pass.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[gate_pass.state].lower(),
                    )
                )
            if not gate_pass.cancel_reason:
                raise UserError(
                    self.env._(
                        "Write the reason on gate pass %(name)s before you cancel it.",
                        name=gate_pass.name,
                    )
                )
        # sudo: passes are written by their own steps only; role and state are checked
        self.sudo().write({"state": "cancelled", "cancelled_by_id": self.env.user.id})
        return True

    def action_open_ticket(self):
        """Open the ticket of this gate pass."""
        self.ensure_one()
        return self.ticket_id._get_records_action()

    def action_print(self):
        """Print the gate pass (form F19)."""
        return self.env.ref("aftersales.action_report_gate_pass").report_action(self)
