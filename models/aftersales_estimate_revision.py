from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.choices import choices_of
from .aftersales_ticket_billing import ADDITIONAL_STATES

OPEN_STATES = ("draft", "sent")
# Who is asked outside; for the others the company itself decides.
ASKED_PAYERS = ("customer", "insurer")


class AftersalesEstimateRevision(models.Model):
    """A change of what a payer has agreed to; he agrees anew (R-SIGN-02, R-BEY-06).

    Until then the old content stands, and nothing beyond it leaves the parts store.
    """

    _name = "aftersales.estimate.revision"
    _description = "Estimate Revision"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, index="trigram")
    number = fields.Integer(readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="ticket_id.currency_id")
    payer = fields.Selection(
        selection=choices_of("aftersales.ticket.line", "payer"),
        required=True,
        default="customer",
        help="Whose lines change: one revision for each payer.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Asked",
        compute="_compute_partner_id",
        help="Who has to agree; empty: the company itself.",
    )
    is_internal = fields.Boolean(
        compute="_compute_partner_id",
        help="Nobody outside pays: a manager decides, who is not the one who asks.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Waits for an answer"),
            ("approved", "Agreed"),
            ("declined", "Declined"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    reason = fields.Text(
        required=True, help="Why it changes, in words the payer understands."
    )
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, default=lambda self: self.env.user
    )
    sent_at = fields.Datetime("Asked at", readonly=True, copy=False)
    promised_old = fields.Datetime("Promised for", readonly=True, copy=False)
    promised_new = fields.Datetime(
        "New promised time",
        help="Only when the time of handing over changes, too; customer's lines only.",
    )
    line_ids = fields.One2many(
        "aftersales.estimate.revision.line", "revision_id", copy=True
    )
    amount_old = fields.Monetary("Agreed so far", compute="_compute_amounts")
    amount_new = fields.Monetary("New amount", compute="_compute_amounts")
    amount_difference = fields.Monetary(
        "Difference", compute="_compute_amounts", help="With tax, of the changed lines."
    )
    answered_by = fields.Char(readonly=True, copy=False)
    answered_how = fields.Char(readonly=True, copy=False)
    answered_at = fields.Datetime(readonly=True, copy=False)
    answer_note = fields.Char("In his words", readonly=True, copy=False)
    signature = fields.Image(
        readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024
    )

    _number_uniq = models.UniqueIndex(
        "(ticket_id, number)", "A revision of this number exists already."
    )
    _one_open = models.UniqueIndex(
        "(ticket_id, payer) WHERE state IN ('draft', 'sent')",
        "Another revision for this payer is not answered yet.",
    )
    _answered = models.Constraint(
        "CHECK(state NOT IN ('approved', 'declined')"
        " OR (answered_by IS NOT NULL AND answered_at IS NOT NULL))",
        "An answer needs who gave it, and when.",
    )

    @api.depends("ticket_id.name", "number")
    def _compute_name(self):
        for revision in self:
            revision.name = f"{revision.ticket_id.name or ''}/R{revision.number}"

    @api.depends(
        "payer",
        "ticket_id.partner_id",
        "ticket_id.insurer_id",
    )
    def _compute_partner_id(self):
        for revision in self:
            asked = revision.payer in ASKED_PAYERS
            revision.is_internal = not asked
            revision.partner_id = asked and revision.ticket_id._get_payer_partner(
                revision.payer
            )

    @api.depends("line_ids.amount_old", "line_ids.amount_new")
    def _compute_amounts(self):
        for revision in self:
            revision.amount_old = sum(revision.line_ids.mapped("amount_old"))
            revision.amount_new = sum(revision.line_ids.mapped("amount_new"))
            revision.amount_difference = revision.amount_new - revision.amount_old

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for revision in self:
            revision.access_url = f"/my/revisions/{revision.id}"
        return result

    @api.constrains("promised_new", "payer")
    def _check_promised_new(self):
        for revision in self:
            if revision.promised_new and revision.payer != "customer":
                raise ValidationError(
                    self.env._(
                        "Revision %(name)s: the promised time is agreed with the "
                        "customer, not with who else pays.",
                        name=revision.name,
                    )
                )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        tickets = self.env["aftersales.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list if vals.get("ticket_id")}
        )
        tickets._check_role("advisor")
        tickets._check_state(*ADDITIONAL_STATES)
        last = dict(
            # sudo: the numbers given so far, whoever may read the revisions
            self.sudo()._read_group(
                [("ticket_id", "in", tickets.ids)], ["ticket_id"], ["number:max"]
            )
        )
        last = {ticket.id: number for ticket, number in last.items()}
        promised = {ticket.id: ticket.promised_at for ticket in tickets}
        prepared = []
        for vals in vals_list:
            ticket_id = vals.get("ticket_id")
            last[ticket_id] = last.get(ticket_id, 0) + 1
            prepared.append(
                {
                    **vals,
                    "number": last[ticket_id],
                    "state": "draft",
                    "asked_by_id": self.env.uid,
                    "promised_old": promised.get(ticket_id),
                }
            )
        # Answers just given are in the database before a new revision is.
        self.flush_model(["state"])
        return super().create(prepared)

    def write(self, vals):
        if not self.env.su and self._get_content_fields() & vals.keys():
            for revision in self:
                if revision.state != "draft":
                    raise UserError(
                        self.env._(
                            "Revision %(name)s has been laid before the payer and "
                            "stays as it is. Withdraw it and make another.",
                            name=revision.name,
                        )
                    )
        if not self.env.su and self._get_answer_fields() & vals.keys():
            raise AccessError(
                self.env._(
                    "What was answered to a revision follows from the answer: let the "
                    "payer sign, or record what he said."
                )
            )
        return super().write(vals)

    @api.model
    def _get_content_fields(self):
        return {"ticket_id", "payer", "reason", "promised_new", "line_ids"}

    @api.model
    def _get_answer_fields(self):
        return {
            "state",
            "number",
            "asked_by_id",
            "sent_at",
            "promised_old",
            "answered_by",
            "answered_how",
            "answered_at",
            "answer_note",
            "signature",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for revision in self:
            if revision.state != "draft":
                raise UserError(
                    self.env._(
                        "Revision %(name)s was laid before the payer and is kept as a "
                        "record. Withdraw it instead.",
                        name=revision.name,
                    )
                )
