from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesDunningLetter(models.Model):
    """One letter to one customer about all that he owes after-sales and is overdue.

    The scheduled action begins it, Finance sends it, or the scheduled action does, as
    the company has chosen. What was sent is kept as it went out.
    """

    _name = "aftersales.dunning.letter"
    _description = "Dunning Letter"
    _inherit = ["aftersales.step.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _step_fields = frozenset(
        {
            "channel",
            "company_id",
            "contact_id",
            "date",
            "level_id",
            "line_ids",
            "partner_id",
            "sent_at",
            "sent_by_id",
        }
    )

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Written to",
        readonly=True,
        check_company=True,
        help="The customer's address for invoices.",
    )
    level_id = fields.Many2one(
        "aftersales.dunning.level",
        readonly=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    date = fields.Date(required=True, readonly=True)
    date_pay = fields.Date(
        "Pay until", compute="_compute_date_pay", store=True, readonly=True
    )
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    channel = fields.Selection(
        [("mail", "By mail"), ("print", "Printed")], readonly=True, copy=False
    )
    line_ids = fields.One2many("aftersales.dunning.letter.line", "letter_id")
    line_count = fields.Integer("Items", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary("Overdue", compute="_compute_amounts", store=True)
    amount_open = fields.Monetary(
        "Unpaid",
        compute="_compute_amount_open",
        compute_sudo=True,
        help="What of it has not been paid until now.",
    )
    days_overdue = fields.Integer(
        compute="_compute_amounts", store=True, aggregator="max"
    )
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sent_at = fields.Datetime(readonly=True, copy=False)

    _draft_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'draft'",
        "A letter to this customer waits to be sent already.",
    )
    _sent_stamped = models.Constraint(
        "CHECK(state <> 'sent' OR (sent_at IS NOT NULL AND channel IS NOT NULL))",
        "A letter that was sent says when and how.",
    )

    @api.depends("date", "level_id")
    def _compute_date_pay(self):
        for letter in self:
            letter.date_pay = letter.date and letter.date + timedelta(
                days=letter.level_id.pay_within
            )

    @api.depends("line_ids.amount_company", "line_ids.days_overdue")
    def _compute_amounts(self):
        for letter in self:
            letter.line_count = len(letter.line_ids)
            letter.amount_total = sum(letter.line_ids.mapped("amount_company"))
            letter.days_overdue = max(letter.line_ids.mapped("days_overdue"), default=0)

    @api.depends("line_ids.move_id.amount_residual_signed")
    def _compute_amount_open(self):
        for letter in self:
            letter.amount_open = sum(
                letter.line_ids.move_id.filtered(
                    lambda move: move.is_sale_document(True)
                ).mapped("amount_residual_signed")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%(name)s is kept as a record. Cancel it instead.", name=self[:1].name
            )
        )

    # -- Steps ------------------------------------------------------------------------

    def action_send(self):
        """Send these letters with what is overdue today (Finance).

        What was paid, credited or disputed meanwhile falls out; a letter of which
        nothing is left is cancelled. A customer without a mail address, or a level
        without a mail, gets the letter printed.
        """
        self._check_role("finance")
        self._check_state("draft")
        # sudo: lines and stamps are written by steps only; role and state are checked
        letters = self.sudo()
        letters.lock_for_update()
        for company, mine in letters.grouped("company_id").items():
            mine._send(company, self._get_today(company))
        return True

    def action_cancel(self):
        """Do not send these letters (Finance).

        Their invoices rest for as many days as the level allows for payment; whoever
        wants to leave a customer alone for longer says so on the invoice, or on the
        customer's card.
        """
        self._check_role("finance")
        self._check_state("draft")
        # sudo: the state and invoices' dates are written by steps only
        for letter in self.sudo():
            letter.line_ids.filtered("advances").move_id.aftersales_dunning_pause = (
                self._get_today(letter.company_id)
                + timedelta(days=letter.level_id.pay_within)
            )
        self.sudo().state = "cancelled"
        return True

    def action_print(self):
        """Print these letters, each in its customer's language."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_dunning").report_action(self)

    @api.readonly
    def action_view_invoices(self):
        """Open the invoices that these letters are about."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.account_move_action_ticket"
        )
        action["domain"] = [("id", "in", self.line_ids.move_id.ids)]
        return action

    def _get_totals(self):
        """Return what is overdue by currency: list of ``(currency, amount)``."""
        self.ensure_one()
        return [
            (currency, sum(lines.mapped("amount")))
            for currency, lines in self.line_ids.grouped("currency_id").items()
        ]
