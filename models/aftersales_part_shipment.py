from odoo import fields, models
from odoo.exceptions import UserError

ROLES = ("logistics", "parts_keeper", "technician", "advisor")


class AftersalesPartShipment(models.Model):
    """Parts on their way by courier: sent, received, and the freight paid back.

    R-PART-12: who is on the road sends parts back, freight collect. R-PART-13: the
    department that looks after parts logistics sends, receives, and is reimbursed.
    The stock itself moves on the slips, when the parts keeper counts them.
    """

    _name = "aftersales.part.shipment"
    _description = "Shipment of Parts"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "tracking_ref"]
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "sent_by_id",
            "sent_at",
            "received_by_id",
            "received_at",
            "expense_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    direction = fields.Selection(
        [("in", "Back to us"), ("out", "To the customer or technician")],
        required=True,
        default="out",
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "To be sent"),
            ("sent", "On its way"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Sent to or from",
        check_company=True,
        help="The customer or the place on the road.",
    )
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_shipment_id", string="Slips", readonly=True
    )
    content = fields.Char(help="What is in the parcel, when no slip says it.")
    carrier_id = fields.Many2one("res.partner", string="Courier", check_company=True)
    tracking_ref = fields.Char("Tracking number", copy=False, index="trigram")
    freight = fields.Selection(
        [("prepaid", "Paid by the sender"), ("collect", "Freight collect")],
        string="Freight paid by",
        required=True,
        default="prepaid",
    )
    freight_amount = fields.Monetary(
        "Freight", copy=False, tracking=True, help="What the courier was paid."
    )
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    sent_at = fields.Datetime("Sent on", readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.users", "Received by", readonly=True, copy=False
    )
    received_at = fields.Datetime("Received on", readonly=True, copy=False)
    expense_id = fields.Many2one(
        "hr.expense",
        string="Reimbursement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    expense_state = fields.Selection(related="expense_id.state", string="Repayment")

    _sent_check = models.Constraint(
        "CHECK(state NOT IN ('sent', 'received') OR (sent_at IS NOT NULL"
        " AND carrier_id IS NOT NULL AND COALESCE(tracking_ref, '') <> ''))",
        "What is on its way has a courier and a tracking number.",
    )
    _received_check = models.Constraint(
        "CHECK((state = 'received') = (received_at IS NOT NULL))",
        "What is received says when.",
    )
    _freight_positive = models.Constraint(
        "CHECK(COALESCE(freight_amount, 0) >= 0)", "Freight cannot be negative."
    )

    # -- CRUD -------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            if {"carrier_id", "tracking_ref", "freight", "direction"} & vals.keys():
                self._check_state("draft", "sent")
            handed_in = self.filtered("expense_id")
            if "freight_amount" in vals and handed_in:
                raise UserError(
                    self.env._(
                        "Shipment %(name)s: the freight has been handed in and stays "
                        "as it was. Correct it on its expense.",
                        name=", ".join(handed_in.mapped("name")),
                    )
                )
        return super().write(vals)

    # -- Steps ------------------------------------------------------------------------

    def action_send(self):
        """Hand the parcel to the courier (R-PART-12, R-PART-13).

        :raises UserError: without courier or tracking number
        """
        self._check_role(*ROLES)
        self._check_state("draft")
        for shipment in self:
            if not shipment.carrier_id or not (shipment.tracking_ref or "").strip():
                raise UserError(
                    self.env._(
                        "Shipment %(name)s: enter the courier and the tracking number.",
                        name=shipment.name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        sent = self.sudo()
        sent.write(
            {
                "state": "sent",
                "sent_by_id": self.env.uid,
                "sent_at": fields.Datetime.now(),
            }
        )
        for shipment in sent.filtered(lambda shipment: shipment.direction == "in"):
            user = self.env["aftersales.deadline"]._default_user(
                "logistics", shipment.company_id
            )
            if user:
                shipment.activity_schedule(
                    "aftersales.activity_part_shipment",
                    summary=f"{shipment.carrier_id.name} {shipment.tracking_ref}",
                    user_id=user.id,
                )
        return True

    def action_receive(self):
        """Take the parcel in; freight collect is paid to the courier now.

        :raises UserError: when it is not on its way, or freight collect without amount
        """
        self._check_role("logistics", "parts_keeper")
        self._check_state("sent")
        for shipment in self:
            if shipment.freight == "collect" and not shipment.freight_amount:
                raise UserError(
                    self.env._(
                        "Shipment %(name)s came freight collect: enter what the "
                        "courier was paid.",
                        name=shipment.name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        self.sudo()._receive()
        return True

    def _receive(self):
        """Write that these have arrived; checks nothing."""
        self.write(
            {
                "state": "received",
                "received_by_id": self.env.uid,
                "received_at": fields.Datetime.now(),
            }
        )
        self.activity_feedback(["aftersales.activity_part_shipment"])

    def action_cancel(self):
        """Give the shipment up before it is sent."""
        self._check_role(*ROLES)
        self._check_state("draft")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    def action_reimburse(self):
        """Hand the freight in as an expense of one's own (R-PART-13).

        :raises UserError: without freight, when it is handed in already, or when the
            user is no employee
        :return: the action that shows the expense
        """
        self.ensure_one()
        self._check_role("logistics", "parts_keeper", "technician")
        if self.expense_id or self.state not in ("sent", "received"):
            raise UserError(
                self.env._(
                    "Shipment %(name)s: the freight is handed in already, or nothing "
                    "has been sent.",
                    name=self.name,
                )
            )
        if not self.freight_amount:
            raise UserError(
                self.env._("Shipment %(name)s: enter the freight.", name=self.name)
            )
        # sudo: the user's own employee, whatever his rights to others
        employee = self.env.user.sudo().with_company(self.company_id).employee_id
        if not employee:
            raise UserError(
                self.env._(
                    "%(user)s is no employee of %(company)s, to whom freight could be "
                    "paid back. Ask Human Resources to enter you.",
                    user=self.env.user.name,
                    company=self.company_id.name,
                )
            )
        # sudo: whose right to expenses Odoo's own groups give, not ours; role, state
        # and the employee are checked above, and it is his own
        shipment = self.sudo().with_company(self.company_id)
        shipment.expense_id = shipment.env["hr.expense"].create(
            {
                "name": self.env._(
                    "Freight %(name)s %(tracking)s",
                    name=self.name,
                    tracking=self.tracking_ref or "",
                ),
                "employee_id": employee.id,
                "company_id": self.company_id.id,
                "product_id": self.env.ref("aftersales.product_freight").id,
                "total_amount_currency": self.freight_amount,
                "payment_mode": "own_account",
                "vendor_id": self.carrier_id.id,
            }
        )
        return True

    def action_print(self):
        """Print the shipping sheet (R-PART-13)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_part_shipment").report_action(
            self
        )
