from odoo import api, fields, models


class AftersalesSubstitute(models.Model):
    """Who stands in for a follow-up clerk, and for how long (R-FU-10)."""

    _name = "aftersales.substitute"
    _description = "Stand-in"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
    )
    substitute_id = fields.Many2one(
        "res.users",
        string="Stand-in",
        required=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id), "
        "('id', '!=', user_id)]",
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "To", required=True, tracking=True, help="The last day of the absence."
    )
    reason = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    _not_self = models.Constraint(
        "CHECK(user_id != substitute_id)",
        "Nobody can stand in for himself: name another person.",
    )
    _period = models.Constraint(
        "CHECK(date_to >= date_from)", "The absence ends before it begins."
    )
    # Ranges of one number: equality in an exclusion constraint without an extension.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, "
        "int4range(company_id, company_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "This person has a stand-in for part of that time already. "
        "Shorten or archive the other entry.",
    )

    @api.depends("user_id", "substitute_id")
    def _compute_display_name(self):
        for substitute in self:
            substitute.display_name = (
                f"{substitute.user_id.name or ''} → "
                f"{substitute.substitute_id.name or ''}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        substitutes = super().create(vals_list)
        substitutes._reassign(substitutes.user_id)
        return substitutes

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        self._reassign(users | self.user_id)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        self._reassign(users)
        return result

    @api.model
    def _reassign(self, users):
        """Hand the unfinished follow-ups of ``users`` to whoever does them today.

        A stand-in may be among ``users``: what he does for others moves on, too.
        """
        self.flush_model()
        followups = self.env["aftersales.followup"]
        followups._sync_handlers(users | followups._get_moved_clerks())

    @api.model
    def _get_stand_ins(self, company, users, date=None):
        """Return who does the work of each of ``users`` on ``date``.

        A stand-in who is absent himself is stood in for in turn; when nobody of such
        a chain is there, the work stays with its own person.

        :param date: a day, by default today in the company's time zone
        :return: a dict from user to user, with every one of ``users``
        """
        if not date:
            tz = company.partner_id.tz or "UTC"
            date = fields.Date.context_today(self.with_context(tz=tz))
        # sudo: the roster is the supervisor's, everybody's work follows it
        rows = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ],
            ["user_id", "substitute_id"],
        )
        stand_in = {row.user_id: row.substitute_id for row in rows}
        result = {}
        for user in users:
            handler, seen = user, {user}
            while handler in stand_in:
                handler = stand_in[handler]
                if handler in seen or not handler.active:
                    handler = user
                    break
                seen.add(handler)
            result[user] = handler
        return result
