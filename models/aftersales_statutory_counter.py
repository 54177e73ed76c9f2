from odoo import api, fields, models
from odoo.exceptions import UserError

ORDER = ("normal", "watch", "due")


class AftersalesStatutoryCounter(models.Model):
    """How near a household vehicle is to a limit of the law (R-BEY-04).

    Counted anew from the tickets whenever one of them moves on; nothing is entered.
    """

    _name = "aftersales.statutory.counter"
    _description = "Statutory Counter"
    _order = "state_order desc, vehicle_id, rule_id, id"
    _rec_name = "rule_id"
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="vehicle_id.partner_id", string="Owner")
    model_id = fields.Many2one(related="vehicle_id.model_id", store=True)
    rule_id = fields.Many2one(
        "aftersales.statutory.rule",
        string="Limit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    kind = fields.Selection(related="rule_id.kind", store=True)
    key = fields.Char(required=True, readonly=True, help="What is counted apart.")
    subject = fields.Char("Concerning", readonly=True)
    value = fields.Float("Counted", readonly=True, digits=(16, 1), aggregator="max")
    limit = fields.Float(
        related="rule_id.limit", string="Allowed", digits=(16, 1), aggregator=None
    )
    remedy = fields.Char(related="rule_id.remedy")
    ends_on = fields.Date(
        "Counts until", readonly=True, help="Reports after this day count no more."
    )
    ticket_ids = fields.Many2many(
        "aftersales.ticket", string="Counted Repairs", readonly=True
    )
    state = fields.Selection(
        [("normal", "Normal"), ("watch", "Watch"), ("due", "Reached")],
        required=True,
        readonly=True,
        default="normal",
        index=True,
    )
    state_order = fields.Integer(
        compute="_compute_state_order", store=True, precompute=True, index=True
    )

    _key_uniq = models.UniqueIndex(
        "(vehicle_id, rule_id, key)", "A vehicle is counted once for each limit."
    )

    @api.depends("state")
    def _compute_state_order(self):
        for counter in self:
            counter.state_order = ORDER.index(counter.state)

    @api.depends("rule_id.name", "subject")
    def _compute_display_name(self):
        for counter in self:
            counter.display_name = ": ".join(
                filter(None, (counter.rule_id.name, counter.subject))
            )

    def _set_counts(self, vehicle, counts):
        """Bring the counters of ``vehicle`` in step; tell the manager what is nearer.

        :param counts: {(rule, key): (subject, value, tickets)}
        """
        # sudo: follows from the tickets, whoever moved one on
        known = {
            (counter.rule_id, counter.key): counter
            for counter in vehicle.sudo().statutory_counter_ids
        }
        missing = []
        nearer = self.sudo()
        for (rule, key), (subject, value, tickets) in counts.items():
            state = rule._get_state(value)
            vals = {
                "subject": subject,
                "value": value,
                "state": state,
                "ends_on": rule._get_last_day(vehicle),
                "ticket_ids": [fields.Command.set(tickets.ids)],
            }
            counter = known.pop((rule, key), None)
            if counter is None:
                missing.append(
                    {"vehicle_id": vehicle.id, "rule_id": rule.id, "key": key, **vals}
                )
            else:
                if ORDER.index(state) > ORDER.index(counter.state):
                    nearer |= counter
                counter.write(vals)
        nearer |= self.sudo().create(missing)
        for counter in known.values():
            counter.unlink()
        nearer.filtered(lambda counter: counter.state != "normal")._warn()

    def _warn(self):
        """Call the manager: a vehicle draws near a limit, or has reached it."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for counter in self:
            vehicle = counter.vehicle_id
            vehicle.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=vehicle._get_failure_user().id,
                summary=self.env._(
                    "%(state)s: %(counter)s",
                    state=labels[counter.state],
                    counter=counter.display_name,
                ),
                note=self.env._(
                    "%(value)s counted, %(limit)s allowed. %(remedy)s",
                    value=counter.value,
                    limit=counter.limit,
                    remedy=counter.remedy or "",
                ),
            )

    def action_open_tickets(self):
        """Open the repairs that are counted."""
        self.ensure_one()
        return self.ticket_ids._get_records_action(name=self.display_name)

    def action_open_exchange(self):
        """Open the form of a ticket for return or exchange of the vehicle (R-CMP-21).

        What the law counted stands in it as the complaint.

        :raises UserError: while the limit is not reached
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "due":
            raise UserError(
                self.env._(
                    "%(vehicle)s, %(counter)s: %(value)s counted, %(limit)s allowed. "
                    "The law asks for nothing yet.",
                    vehicle=self.vehicle_id.display_name,
                    counter=self.display_name,
                    value=self.value,
                    limit=self.limit,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return or exchange"),
            "res_model": "aftersales.ticket",
            "views": [(False, "form")],
            "context": {
                **self.vehicle_id._prepare_ticket_context(),
                "default_ticket_type": "exchange",
                "default_complaint": ". ".join(
                    filter(None, (self.display_name, self.remedy))
                ),
            },
        }
