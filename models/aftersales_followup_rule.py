from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

KINDS = [
    ("call", "Phone call"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("mail", "E-mail"),
]
# What a ticket's field says about the moment from which an event counts.
EVENT_MOMENT = {
    "finished": "finished_at",
    "delivered": "delivered_at",
    "consulted": "delivered_at",
}


class AftersalesFollowupRule(models.Model):
    """When a customer is contacted after the work, by whom and about what.

    One rule makes one follow-up of a ticket. The rules of a ticket are the closest
    ones: those that name its service policy; else those that name its service mode;
    else the general ones. Among equals a company's own rules replace the shared ones.
    """

    _name = "aftersales.followup.rule"
    _description = "Follow-up Rule"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: holds for every company."
    )
    event = fields.Selection(
        [
            ("finished", "Work finished"),
            ("delivered", "Vehicle delivered"),
            ("consulted", "Consultation ended"),
            ("followup_done", "Earlier follow-up done"),
        ],
        required=True,
        default="delivered",
        help="The window of the follow-up counts from the moment of this event.",
    )
    policy_id = fields.Many2one(
        "aftersales.policy",
        string="Service policy",
        index="btree_not_null",
        check_company=True,
        help="Only for tickets under this service policy. Empty: any.",
    )
    service_mode = fields.Selection(
        selection="_selection_service_mode",
        help="Only for tickets of this mode. Empty: any.",
    )
    previous_rule_ids = fields.Many2many(
        "aftersales.followup.rule",
        "aftersales_followup_rule_chain_rel",
        "rule_id",
        "previous_rule_id",
        string="After",
        check_company=True,
        domain="[('id', '!=', id)]",
        help="The follow-ups after whose end this one is planned.",
    )
    earliest = fields.Integer(
        required=True, default=3, help="When the window opens, counted from the event."
    )
    latest = fields.Integer(
        required=True, default=7, help="When the window closes, counted from the event."
    )
    unit = fields.Selection(
        [("hours", "Hours"), ("days", "Days")], required=True, default="days"
    )
    kind = fields.Selection(KINDS, required=True, default="call")
    assign_to = fields.Selection(
        [
            ("clerk", "The follow-up clerk"),
            ("advisor", "The ticket's service advisor"),
            ("user", "A given person"),
        ],
        required=True,
        default="clerk",
    )
    user_id = fields.Many2one(
        "res.users", string="Person", domain=[("share", "=", False)]
    )
    point_ids = fields.One2many(
        "aftersales.followup.rule.point",
        "rule_id",
        string="Points",
        copy=True,
        help="The checklist of each call: what is asked and told (R-FU-07).",
    )
    script = fields.Html(
        string="Talking points",
        translate=True,
        help="Shown to the one who calls: what to ask and what to tell.",
    )

    _window = models.Constraint(
        "CHECK(earliest >= 0 AND latest > earliest)",
        "A follow-up window opens at the event or later, and closes after it opens.",
    )
    _person = models.Constraint(
        "CHECK(assign_to != 'user' OR user_id IS NOT NULL)",
        "Name the person who is to make the follow-up.",
    )

    @api.model
    def _selection_service_mode(self):
        return (
            self.env["aftersales.ticket"]
            ._fields["service_mode"]
            ._description_selection(self.env)
        )

    @api.constrains("event", "previous_rule_ids")
    def _check_chain(self):
        for rule in self:
            if (rule.event == "followup_done") != bool(rule.previous_rule_ids):
                raise ValidationError(
                    self.env._(
                        "Follow-up rule %(rule)s: name the earlier follow-ups under "
                        "After if, and only if, its event is an earlier follow-up.",
                        rule=rule.name,
                    )
                )
        if self._has_cycle("previous_rule_ids"):
            raise ValidationError(
                self.env._(
                    "Follow-up rule %(rule)s would in the end follow itself.",
                    rule=", ".join(self.mapped("name")),
                )
            )

    # -- Planning -------------------------------------------------------------------

    def _plan(self, event, records):
        """Plan the follow-ups that ``event`` calls for (R-FU-01..05).

        Calling it again for the same records plans nothing more.

        :param event: ``finished``, ``delivered`` or ``consulted`` with tickets;
            ``followup_done`` with the follow-ups that are done
        :return: the new ``aftersales.followup``
        """
        # sudo: whoever delivers a vehicle or ends a call need not be allowed to plan;
        # the step that calls has checked role, state and record access
        records = records.sudo()
        rules = self.sudo()._get_event_rules(event, records.company_id)
        if not records or not rules:
            return self.env["aftersales.followup"]
        tickets = records if event in EVENT_MOMENT else records.ticket_id
        taken = {
            (ticket.id, rule.id)
            for ticket, rule in self.env["aftersales.followup"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", tickets.ids), ("rule_id", "in", rules.ids)],
                ["ticket_id", "rule_id"],
            )
        }
        vals_list = []
        for record in records:
            ticket = record if event in EVENT_MOMENT else record.ticket_id
            for rule in rules._filter_closest(event, record):
                if (ticket.id, rule.id) not in taken:
                    taken.add((ticket.id, rule.id))
                    vals_list.append(rule._prepare_followup_vals(event, record, ticket))
        followups = self.env["aftersales.followup"].sudo().create(vals_list)
        if followups:
            self.env.ref("aftersales.ir_cron_open_followups")._trigger(
                at=sorted(set(followups.mapped("window_start")))
            )
            if event in EVENT_MOMENT:
                followups._set_ticket_deadlines()
        return followups

    def _get_event_rules(self, event, companies):
        """Return the active rules of ``event`` that some of ``companies`` may use."""
        return self.search(
            Domain("event", "=", event)
            & Domain("company_id", "in", [*companies.ids, False])
        )

    def _filter_closest(self, event, record):
        """Return the rules among ``self`` that hold for one ticket or follow-up."""
        rules = self.filtered(
            lambda rule: not rule.company_id or rule.company_id == record.company_id
        )
        if event == "followup_done":
            return rules.filtered(lambda rule: record.rule_id in rule.previous_rule_ids)
        ticket = record
        tiers = (
            lambda rule: rule.policy_id and rule.policy_id == ticket.policy_id,
            lambda rule: (
                not rule.policy_id
                and rule.service_mode
                and rule.service_mode == ticket.service_mode
            ),
            lambda rule: not rule.policy_id and not rule.service_mode,
        )
        for holds in tiers:
            closest = rules.filtered(holds)
            own = closest.filtered("company_id")
            if closest:
                return own or closest
        return self.browse()

    def _get_window(self, moment):
        """Return start and end of the window that counts from ``moment`` (UTC)."""
        self.ensure_one()
        return (
            moment + relativedelta(**{self.unit: self.earliest}),
            moment + relativedelta(**{self.unit: self.latest}),
        )

    def _prepare_followup_vals(self, event, record, ticket):
        self.ensure_one()
        moment = (
            record[EVENT_MOMENT[event]] if event in EVENT_MOMENT else record.done_at
        ) or fields.Datetime.now()
        window_start, window_end = self._get_window(moment)
        partner = ticket.contact_id or ticket.partner_id
        window_start = partner._aftersales_next_call_time(
            window_start, window_end, ticket.company_id
        )
        return {
            "rule_id": self.id,
            "ticket_id": ticket.id,
            "company_id": ticket.company_id.id,
            "partner_id": partner.id,
            "vehicle_id": ticket.vehicle_id.id,
            "kind": self.kind,
            "window_start": window_start,
            "window_end": window_end,
            "clerk_id": self._get_clerk(ticket).id,
        }

    def _get_clerk(self, ticket):
        """Return who is to make the follow-up of ``ticket``, absences left aside.

        The customer's designated person goes before the company's clerk (R-CUST-12).
        Who does not work for the ticket's company is passed over.
        """
        self.ensure_one()
        company = ticket.company_id
        candidates = []
        if self.assign_to == "user":
            candidates.append(self.user_id)
        elif self.assign_to == "advisor":
            candidates.append(ticket.advisor_id)
        candidates += [
            ticket.partner_id._aftersales_get_designated_user(),
            company.aftersales_followup_user_id,
            ticket.advisor_id,
        ]
        for user in candidates:
            if user.active and company in user.company_ids:
                return user
        return self.env["res.users"]
