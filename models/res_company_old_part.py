from odoo import fields, models


class ResCompany(models.Model):
    """What the company asks for an old part, and how long it keeps it."""

    _inherit = "res.company"

    aftersales_old_part_charge = fields.Selection(
        [
            ("none", "Nothing is charged"),
            ("hold", "Held until settlement or the due date"),
            ("invoice", "Invoiced at once"),
        ],
        string="Until the old part is in",
        required=True,
        default="invoice",
        help="What the customer is charged for a new part under warranty until its old "
        "part is in (R-WAR-05). Held: a draft invoice, posted with the ticket's other "
        "invoices, or when the old part is overdue. Invoiced: posted when the new part "
        "leaves. Either is taken back by a credit note once the old part is in, or "
        "Finance does without it.",
    )
    aftersales_old_part_keep_days = fields.Integer(
        string="Keep after payment",
        default=30,
        help="Days an old part is kept after its claim was paid (R-BEY-10).",
    )
    aftersales_old_part_own_keep_days = fields.Integer(
        string="Keep without a claim",
        default=90,
        help="Days an old part is kept after it came in when nobody is billed for the "
        "warranty, so that no claim is paid.",
    )
    aftersales_old_part_remind_days = fields.Integer(
        string="Remind every",
        default=7,
        help="Days between two reminders of an old part that is overdue; 0: only once "
        "(R-OLD-03).",
    )
    aftersales_old_part_report_user_id = fields.Many2one(
        "res.users",
        string="Missing Old Parts reported to",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Who in Finance gets the monthly report; empty: everybody with that role "
        "(R-OLD-02).",
    )

    _aftersales_old_part_days_positive = models.Constraint(
        "CHECK((aftersales_old_part_keep_days IS NULL"
        " OR aftersales_old_part_keep_days >= 0)"
        " AND (aftersales_old_part_own_keep_days IS NULL"
        " OR aftersales_old_part_own_keep_days >= 0)"
        " AND (aftersales_old_part_remind_days IS NULL"
        " OR aftersales_old_part_remind_days >= 0))",
        "Days of keeping and of reminding for old parts cannot be negative.",
    )
