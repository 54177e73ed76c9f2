from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_ticket import OPEN_STATES


class AftersalesTicket(models.Model):
    """Taking the report: channel, relay, collection, first answer."""

    _inherit = "aftersales.ticket"

    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("web", "Web form"),
            ("sales", "Salesperson"),
            ("walk_in", "Walk-in"),
            ("letter", "Letter or fax"),
            ("dealer", "Dealer"),
            ("followup", "Follow-up call"),
            ("inspection", "Government inspection"),
        ],
        required=True,
        default="phone",
    )
    reporter_name = fields.Char(
        "Reported by", help="Who called, when it is not the customer himself."
    )
    reporter_phone = fields.Char("Phone of the reporter")
    relay_user_id = fields.Many2one(
        "res.users",
        string="Salesperson who took it",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="On the salesperson's channel: who must relay the report.",
    )
    relayed_at = fields.Datetime(
        "Relayed at",
        readonly=True,
        copy=False,
        help="When the salesperson passed the report to customer service.",
    )
    collected_at = fields.Datetime("Collected at", readonly=True, copy=False)
    collected_by_id = fields.Many2one(
        "res.users", string="Collected by", readonly=True, copy=False
    )
    responded_at = fields.Datetime("First response", readonly=True, copy=False)
    called_back_at = fields.Datetime("Called back at", readonly=True, copy=False)
    outcome = fields.Selection(
        [
            ("repaired", "Repaired"),
            ("guided", "Solved by guidance"),
            ("no_fault", "No fault found"),
            ("misoperation", "Misoperation"),
            ("not_entered", "Not entered after estimate"),
        ],
        copy=False,
    )
    intro_given = fields.Boolean(
        "Services introduced",
        copy=False,
        help="A new customer has been told about our services and how they go.",
    )
    other_open_ticket_ids = fields.Many2many(
        "aftersales.ticket",
        string="Other open tickets",
        compute="_compute_other_open_ticket_ids",
    )
    technician_unreachable = fields.Boolean(
        compute="_compute_technician_unreachable",
        help="The technician has no phone number on file.",
    )

    _collect_idx = models.Index(
        "(reported_at) WHERE channel = 'web' AND collected_at IS NULL"
    )

    @api.depends("vehicle_id")
    def _compute_other_open_ticket_ids(self):
        """Announce the open tickets of a vehicle when another is made (R-BEY-15)."""
        found = self.search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", OPEN_STATES),
            ]
        ).grouped("vehicle_id")
        for ticket in self:
            others = (
                found.get(ticket.vehicle_id, self.browse())
                if (ticket.vehicle_id)
                else self.browse()
            )
            ticket.other_open_ticket_ids = others - (ticket | ticket._origin)

    @api.depends("technician_id")
    def _compute_technician_unreachable(self):
        for ticket in self:
            ticket.technician_unreachable = bool(
                ticket.technician_id and not ticket.technician_id.phone
            )

    def _deadline_user(self, role):
        if role != "salesperson":
            return super()._deadline_user(role)
        # Who cannot see the ticket cannot be called to it: then it is the advisor's.
        seller = self.relay_user_id
        if seller and seller.has_group("aftersales.group_aftersales_user"):
            return seller
        return self.advisor_id

    # -- Steps ------------------------------------------------------------------------

    def action_relay(self):
        """State that the salesperson has passed the report on (R-INT-05).

        :raises UserError: when the report did not come by a salesperson, or it has
            been relayed already.
        """
        # The salesperson holds no role here: he needs only to see the ticket.
        self.check_access("read")
        for ticket in self:
            if ticket.channel != "sales" or ticket.relayed_at:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s has nothing to relay.", ticket=ticket.name
                    )
                )
        now = fields.Datetime.now()
        # sudo: stamps are not editable, access and state are checked above
        self.sudo().write({"relayed_at": now})
        self._deadline_reach("relayed", now)

    def action_collect(self):
        """Take web reports out of the in-tray, with who and when (R-INT-04)."""
        self._check_role("advisor")
        waiting = self.filtered(lambda t: t.channel == "web" and not t.collected_at)
        if not waiting:
            raise UserError(self.env._("There is no web report to collect here."))
        now = fields.Datetime.now()
        # sudo: stamps are not editable, role and state are checked above
        waiting.sudo().write({"collected_at": now, "collected_by_id": self.env.uid})
        waiting.filtered(lambda t: not t.advisor_id).advisor_id = self.env.user
        waiting._deadline_reach("collected", now)

    def action_respond(self):
        """Stamp the first answer to the customer (R-SLA-02)."""
        self._check_role("advisor", "technician")
        self._check_state(*OPEN_STATES)
        now = fields.Datetime.now()
        todo = self.filtered(lambda ticket: not ticket.responded_at)
        # sudo: stamps are not editable, role and state are checked above
        todo.sudo().write({"responded_at": now})
        todo._deadline_reach("responded", now)

    def action_call_back(self):
        """Stamp the technician's call to the customer (R-DIAG-01, R-INT-21)."""
        self._check_role("technician", "advisor")
        self._check_state(*[s for s in OPEN_STATES if s != "new"])
        now = fields.Datetime.now()
        for vals, tickets in (
            ({"called_back_at": now}, self),
            ({"responded_at": now}, self.filtered(lambda t: not t.responded_at)),
        ):
            # sudo: stamps are not editable, role and state are checked above
            tickets.sudo().write(vals)
        self._deadline_reach("responded", now)
        self._deadline_reach("called_back", now)
        self.activity_feedback(["aftersales.activity_call_back"])

    def action_resolve_by_phone(self):
        """Close a report that needed no visit (R-INT-10, R-DIAG-05).

        The ticket goes the way of the mode *By phone* and is delivered at once.

        :raises UserError: when outcome, guidance or customer is missing, or work has
            been approved already.
        """
        self._check_role("advisor", "technician")
        self._check_state("new", "assigned", "diagnosed")
        for ticket in self:
            if ticket.outcome not in ("guided", "no_fault", "misoperation"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: say what it was: solved by guidance, no "
                        "fault found, or misoperation.",
                        ticket=ticket.name,
                    )
                )
            if not ticket.correction or not ticket.partner_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: enter the customer, and under correction "
                        "the guidance given and its result.",
                        ticket=ticket.name,
                    )
                )
        now = fields.Datetime.now()
        for ticket in self:
            # sudo: mode and stamps follow from this step, which is checked above
            ticket.sudo().write(
                {
                    "service_mode": "remote",
                    "solution_kind": "phone",
                    "technician_id": ticket.technician_id.id or self.env.uid,
                    "responded_at": ticket.responded_at or now,
                    "finished_at": now,
                }
            )
        self._deadline_reach("responded", now)
        self._deadline_reach("fixed", now)
        self._set_state("delivered")

    def action_similar_cases(self):
        """Show past tickets of the same model and fault, with cause (R-INT-11)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.ticket_action"
        )
        model = self.vehicle_id.model_id
        domain = [("id", "!=", self.id), ("cause", "!=", False)]
        if model:
            domain.append(("vehicle_id.model_id", "=", model.id))
        if self.fault_code_ids:
            domain.append(("fault_code_ids", "in", self.fault_code_ids.ids))
        action.update(
            name=self.env._("Similar Cases"),
            domain=domain,
            context={},
            view_mode="list,form",
        )
        return action

    def action_solutions(self):
        """Show known solutions for this model and fault (R-INT-09, R-INT-11)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.solution_action"
        )
        domain = [
            "|",
            ("model_ids", "=", False),
            ("model_ids", "in", self.vehicle_id.model_id.ids),
        ]
        if self.fault_code_ids:
            domain += [("fault_code_ids", "in", self.fault_code_ids.ids)]
        action["domain"] = domain
        action["context"] = {"aftersales_ticket_id": self.id}
        return action

    # -- Scheduled --------------------------------------------------------------------

    def _cron_remind_collection(self):
        """Remind customer service of web reports nobody has collected (R-INT-04).

        Runs at the two times of day that its triggers name, on working days of each
        company only. One activity a ticket, however often it runs.
        """
        activity_type = self.env.ref("aftersales.activity_collect")
        waiting = self.search(
            [
                ("channel", "=", "web"),
                ("collected_at", "=", False),
                ("state", "=", "new"),
                (
                    "activity_ids",
                    "not any",
                    [("activity_type_id", "=", activity_type.id)],
                ),
            ]
        )
        now = fields.Datetime.now()
        for company, tickets in waiting.grouped("company_id").items():
            duty = self.env["aftersales.duty"]
            if not duty._is_working_time(company, now):
                continue
            # Who is on duty, else the first of customer service; never the robot.
            user = self.env["aftersales.deadline"]._default_user("advisor", company)
            for ticket in tickets:
                ticket.activity_schedule(
                    "aftersales.activity_collect",
                    user_id=(ticket.advisor_id or user or self.env.user).id,
                )
