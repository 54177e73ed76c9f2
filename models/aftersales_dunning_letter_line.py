from odoo import fields, models


class AftersalesDunningLetterLine(models.Model):
    """One invoice that is overdue, or money of the customer that lowers the debt."""

    _name = "aftersales.dunning.letter.line"
    _description = "Item of a Dunning Letter"
    _order = "letter_id, date_due, id"
    _check_company_auto = True

    letter_id = fields.Many2one(
        "aftersales.dunning.letter",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="letter_id.company_id", store=True, index=True)
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
    )
    ticket_id = fields.Many2one(related="move_id.aftersales_ticket_id")
    level_id = fields.Many2one(
        "aftersales.dunning.level",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="How far this invoice has come with this letter.",
    )
    advances = fields.Boolean(
        readonly=True, help="The invoice comes to this level by this letter."
    )
    sent = fields.Boolean(readonly=True)
    date_due = fields.Date("Due", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Our currency"
    )
    amount = fields.Monetary(
        "Overdue",
        aggregator=None,
        readonly=True,
        help="In the invoice's currency; less than nothing: money not set off yet.",
    )
    amount_company = fields.Monetary(
        "In our currency", currency_field="company_currency_id", readonly=True
    )

    # Two runs at a time, or a step taken twice: the database lets one through.
    _level_once = models.UniqueIndex(
        "(move_id, level_id) WHERE sent IS TRUE AND advances IS TRUE",
        "A customer gets the letter of a level once for each invoice.",
    )
