from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ACTIVITY = "aftersales.activity_part_inquiry"
STAMPS = {"state", "asked_by_id", "asked_at", "answered_by_id", "answered_at"}
ANSWER_FIELDS = {"answer", "vendor_id", "price_unit", "lead_days", "note"}
QUESTION_FIELDS = {
    "product_id",
    "ticket_line_id",
    "assembly_id",
    "quantity",
    "question",
}


class AftersalesPartInquiry(models.Model):
    """Can this part of an assembly be bought by itself? (R-PART-08)

    The store asks, Purchasing answers; the answer is remembered with the product, so
    that nobody asks twice.
    """

    _name = "aftersales.part.inquiry"
    _description = "Question to Purchasing"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "product_id"
    _check_company_auto = True

    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("type", "=", "consu")],
    )
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="For",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    ticket_id = fields.Many2one(
        related="ticket_line_id.ticket_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    assembly_id = fields.Many2one(
        "product.product",
        string="Of assembly",
        check_company=True,
        help="The assembly that the part belongs to.",
    )
    quantity = fields.Float(
        digits="Product Unit", default=1.0, help="In the part's own unit."
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    question = fields.Char(help="What Purchasing should know: where it sits, markings.")
    buyer_id = fields.Many2one(
        "res.users",
        string="Asked",
        domain=[("share", "=", False)],
        default=lambda self: self._default_buyer_id(),
    )
    state = fields.Selection(
        [("asked", "Asked"), ("answered", "Answered")],
        required=True,
        readonly=True,
        copy=False,
        default="asked",
        index=True,
        tracking=True,
    )
    asked_by_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    asked_at = fields.Datetime(readonly=True, copy=False, default=fields.Datetime.now)
    answer = fields.Selection(
        [
            ("alone", "Can be bought by itself"),
            ("assembly", "Only with its assembly"),
            ("none", "Cannot be bought"),
        ],
        copy=False,
        tracking=True,
    )
    vendor_id = fields.Many2one(
        "res.partner", string="Supplier", copy=False, check_company=True
    )
    price_unit = fields.Monetary("Price", copy=False)
    lead_days = fields.Integer("Days until it comes", copy=False)
    note = fields.Char("Remark", copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime(readonly=True, copy=False)

    _answered_check = models.Constraint(
        "CHECK((state = 'answered') = (answered_by_id IS NOT NULL)"
        " AND (state <> 'answered' OR answer IS NOT NULL))",
        "An answered question says what the answer was, and whose.",
    )
    _positive = models.Constraint(
        "CHECK(quantity > 0 AND COALESCE(lead_days, 0) >= 0"
        " AND COALESCE(price_unit, 0) >= 0)",
        "Quantity, price and days of a question to Purchasing cannot be negative.",
    )
    _line_once = models.UniqueIndex(
        "(ticket_line_id) WHERE state = 'asked' AND ticket_line_id IS NOT NULL",
        "Purchasing has been asked about this line already.",
    )

    @api.model
    def _default_buyer_id(self):
        """Return who of Purchasing is asked."""
        return self.env["aftersales.deadline"]._default_user(
            "purchasing", self.env.company
        )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_by_hand(vals)
        inquiries = super().create(vals_list)
        for inquiry in inquiries:
            if inquiry.buyer_id:
                # sudo: an activity for a colleague
                inquiry.sudo().activity_schedule(
                    ACTIVITY,
                    summary=self.env._(
                        "Can it be bought? %(part)s",
                        part=inquiry.product_id.display_name,
                    ),
                    note=inquiry.question,
                    user_id=inquiry.buyer_id.id,
                )
        return inquiries

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            if ANSWER_FIELDS & vals.keys():
                self._check_buyer()
            if QUESTION_FIELDS & vals.keys():
                self._check_asked()
        return super().write(vals)

    def _check_by_hand(self, vals):
        stamps = STAMPS & vals.keys()
        if stamps - {"state"} or vals.get("state", "asked") != "asked":
            raise AccessError(
                self.env._(
                    "State, persons and times follow from the buttons: write the "
                    "answer and press Answer."
                )
            )

    def _check_asked(self):
        """Raise UserError for what has been answered."""
        for inquiry in self:
            if inquiry.state != "asked":
                raise UserError(
                    self.env._(
                        "The question about %(part)s has been answered. Ask another.",
                        part=inquiry.product_id.display_name,
                    )
                )

    def _check_buyer(self):
        """Raise unless the user is of Purchasing and nobody has answered."""
        if not self.env.user.has_group("aftersales.group_aftersales_purchasing"):
            raise AccessError(
                self.env._(
                    "Whether %(part)s can be bought is for Purchasing to say.",
                    part=", ".join(self.product_id.mapped("display_name")),
                )
            )
        self._check_asked()

    # -- Steps ------------------------------------------------------------------------

    def action_answer(self):
        """Answer (Purchasing); who asked is told, the product remembers it.

        :raises UserError: without an answer, or once it is given
        """
        self.check_access("read")
        self._check_buyer()
        for inquiry in self:
            if not inquiry.answer:
                raise UserError(
                    self.env._(
                        "Say whether %(part)s can be bought by itself.",
                        part=inquiry.product_id.display_name,
                    )
                )
        labels = dict(self._fields["answer"]._description_selection(self.env))
        # sudo: stamps and the product are not Purchasing's to edit; who answers, and
        # what, is checked above
        for inquiry in self.sudo():
            inquiry.write(
                {
                    "state": "answered",
                    "answered_by_id": self.env.uid,
                    "answered_at": fields.Datetime.now(),
                }
            )
            inquiry.product_id.aftersales_bought_alone = inquiry.answer
            inquiry._keep_supplier()
            inquiry.activity_feedback([ACTIVITY], feedback=inquiry.note)
            inquiry.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "%(part)s: %(answer)s",
                    part=inquiry.product_id.display_name,
                    answer=labels[inquiry.answer],
                ),
                note=inquiry.note,
                user_id=inquiry.asked_by_id.id,
            )
        return True

    def _keep_supplier(self):
        """Enter a supplier that the product did not have, so that it can be ordered."""
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        if (
            self.answer != "alone"
            or not self.vendor_id
            or self.vendor_id in template.seller_ids.partner_id
        ):
            return
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.vendor_id.id,
                "product_tmpl_id": template.id,
                "product_id": self.product_id.id,
                "price": self.price_unit,
                "delay": self.lead_days,
                "company_id": self.company_id.id,
            }
        )
