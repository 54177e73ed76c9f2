from odoo import api, fields, models


class AftersalesDunningLevel(models.Model):
    """What a customer is told, and what else happens, when he does not pay.

    Levels without a company are for every company that has none of its own.
    """

    _name = "aftersales.dunning.level"
    _description = "Dunning Level"
    _order = "days, id"
    _check_company_auto = True

    name = fields.Char("Title of the letter", required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: for every company without levels of its own.",
    )
    days = fields.Integer(
        "More than … days overdue",
        required=True,
        default=7,
        help="The letter is due on the day after these. Between two levels at least "
        "as many days pass as between their numbers, also when the first was late.",
    )
    pay_within = fields.Integer(
        "Pay within", required=True, default=7, help="Days that the letter allows."
    )
    text = fields.Text(required=True, translate=True)
    mail_template_id = fields.Many2one(
        "mail.template",
        "Mail",
        domain=[("model", "=", "aftersales.dunning.letter")],
        ondelete="restrict",
        help="Empty: the letter is printed only.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity",
        ondelete="restrict",
        help="Somebody is called to see to the debt when the letter goes out.",
    )
    activity_role = fields.Selection(
        [
            ("collector", "Who collects"),
            ("finance", "Finance"),
            ("manager", "Manager"),
        ],
        string="Called",
        default="collector",
        help="Who collects is the guarantor, else the ticket's advisor.",
    )
    activity_user_id = fields.Many2one(
        "res.users",
        "Person",
        domain=[("share", "=", False)],
        help="Called instead of the role.",
    )
    block_credit = fields.Boolean(
        "No new credit",
        help="While such an invoice is open, nobody may vouch for the customer, and "
        "no part leaves on credit for him; the manager alone may.",
    )
    tell_guarantor = fields.Boolean(
        "Guarantor is told", help="Whoever answers for the money hears of it."
    )

    _days_check = models.Constraint(
        "CHECK(days >= 0 AND pay_within >= 0)", "Days cannot be negative."
    )
    _days_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), days) WHERE active IS TRUE",
        "There is a level for this number of days already.",
    )

    @api.model
    def _get_levels(self, company):
        """Return the levels of ``company``, or those for all, lowest first."""
        levels = self.search([("company_id", "in", (False, company.id))])
        own = levels.filtered("company_id")
        return own or levels

    def _get_next(self, previous, since, overdue, today):
        """Return which of these levels is due; none: no letter is.

        :param previous: the level of the last letter, or no record
        :param since: date of that letter
        :param overdue: days that the debt is overdue
        """
        reached = previous.days if previous else -1
        level = self.filtered(lambda item: item.days > reached)[:1]
        if not level or overdue <= level.days:
            return self.browse()
        if previous and since and (today - since).days < level.days - reached:
            return self.browse()
        return level
