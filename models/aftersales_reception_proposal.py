from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReceptionProposal(models.Model):
    """A further service the adviser proposes, and what the customer says (R-RECV-17).

    What he wants becomes a line to be quoted; what he does not want now is kept as a
    recommendation and proposed again at the next visit.
    """

    _name = "aftersales.reception.proposal"
    _description = "Further Service Proposed"
    _order = "reception_id, id"
    _check_company_auto = True

    reception_id = fields.Many2one(
        "aftersales.reception", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="reception_id.ticket_id")
    company_id = fields.Many2one(related="reception_id.company_id")
    name = fields.Char(
        "Service",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Work or part",
        index="btree_not_null",
        check_company=True,
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]",
    )
    price = fields.Float(related="product_id.lst_price")
    is_safety = fields.Boolean("Safety")
    answer = fields.Selection(
        [("open", "Not asked yet"), ("accepted", "Wanted"), ("declined", "Not now")],
        required=True,
        readonly=True,
        copy=False,
        default="open",
    )
    answered_at = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", "Asked by", readonly=True, copy=False)
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
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
        help="Recommended at an earlier visit, or kept for the next one.",
    )

    _answered = models.Constraint(
        "CHECK(answer = 'open' OR answered_at IS NOT NULL)",
        "An answer of the customer has its time.",
    )
    _product_once = models.UniqueIndex(
        "(reception_id, product_id) WHERE answer = 'open' AND product_id IS NOT NULL",
        "This service is proposed already.",
    )

    @api.depends("product_id")
    def _compute_name(self):
        for proposal in self:
            if proposal.product_id and not proposal.name:
                proposal.name = proposal.product_id.display_name

    def write(self, vals):
        if not self.env.su:
            self._check_unanswered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unanswered(self):
        self._check_unanswered()

    def _check_unanswered(self):
        """Raise UserError where the customer has answered."""
        for proposal in self:
            if proposal.answer != "open":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the customer has answered about "
                        "“%(service)s”. Propose it anew if he thinks otherwise.",
                        ticket=proposal.ticket_id.name,
                        service=proposal.name,
                    )
                )

    def action_accept(self):
        """The customer wants it: it joins the lines to be quoted.

        :raises UserError: without a product, when answered already, or when the work
            of the ticket is finished
        """
        self.ticket_id._check_role("advisor")
        self._check_unanswered()
        for proposal in self:
            if not proposal.product_id:
                raise UserError(
                    self.env._(
                        "“%(service)s”: choose the work or part first; it is what the "
                        "customer will be quoted.",
                        service=proposal.name,
                    )
                )
            proposal.ticket_id._check_receivable()
            line = self.env["aftersales.ticket.line"].create(
                {
                    "ticket_id": proposal.ticket_id.id,
                    "product_id": proposal.product_id.id,
                }
            )
            proposal._answer("accepted", ticket_line_id=line.id)

    def action_decline(self):
        """The customer does not want it now: it is kept for the next visit.

        :raises UserError: when answered already
        """
        self.ticket_id._check_role("advisor")
        self._check_unanswered()
        for proposal in self:
            recommendation = proposal.recommendation_id or self.env[
                "aftersales.vehicle.recommendation"
            ].create(
                {
                    "name": proposal.name,
                    "vehicle_id": proposal.ticket_id.vehicle_id.id,
                    "product_id": proposal.product_id.id,
                    "ticket_id": proposal.ticket_id.id,
                    "is_safety": proposal.is_safety,
                }
            )
            proposal._answer("declined", recommendation_id=recommendation.id)

    def _answer(self, answer, **vals):
        # sudo: the answer is not editable; role and state are checked by the caller
        self.sudo().write(
            {
                "answer": answer,
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
                **vals,
            }
        )
