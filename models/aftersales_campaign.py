from odoo import api, fields, models
from odoo.exceptions import UserError

# What a running campaign has promised to authority, maker and owners.
RULE_FIELDS = frozenset(
    {
        "company_id",
        "kind",
        "model_ids",
        "product_tmpl_ids",
        "vin_from",
        "vin_to",
        "serial_from",
        "serial_to",
        "delivered_from",
        "delivered_to",
    }
)


class AftersalesCampaign(models.Model):
    """A recall or service campaign over a list or rule of vehicles (R-BEY-08)."""

    _name = "aftersales.campaign"
    _description = "Recall or Service Campaign"
    _inherit = [
        "aftersales.copy.mixin",
        "aftersales.role.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True
    _copy_marks = ("code",)

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        "Number",
        required=True,
        copy=False,
        index="trigram",
        help="The maker's number; it stands on letters and claims.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("recall", "Recall"),
            ("service", "Service campaign"),
            ("check", "Inspection campaign"),
        ],
        required=True,
        default="recall",
        tracking=True,
        help="A recall has no limit of time or distance and is never left undone.",
    )
    authority_number = fields.Char(
        "Filed under", help="Number under which the authority keeps the recall."
    )
    is_safety = fields.Boolean(
        "Safety", default=True, help="The vehicle is dangerous until it is done."
    )
    stop_driving = fields.Boolean(
        help="The owner is told not to drive until the remedy."
    )
    defect = fields.Text(required=True, help="What is wrong and what may happen.")
    remedy = fields.Text(required=True, help="What is done about it, free of charge.")
    provider_id = fields.Many2one(
        "res.partner",
        string="Borne by",
        check_company=True,
        help="The maker who is billed. Empty: the company itself.",
    )
    date_start = fields.Date("Starts on", default=fields.Date.context_today)
    date_end = fields.Date(
        "Ends on", help="Service campaigns only: the last day of the offer."
    )
    line_ids = fields.One2many(
        "aftersales.campaign.line", "campaign_id", string="Parts and Work", copy=True
    )
    phase_ids = fields.One2many(
        "aftersales.campaign.phase", "campaign_id", string="Phases", copy=True
    )
    vehicle_ids = fields.One2many(
        "aftersales.campaign.vehicle", "campaign_id", string="Vehicles", copy=False
    )

    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("running", "Running"),
            ("done", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    prepared_by_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    released_by_id = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )
    released_at = fields.Datetime(readonly=True, copy=False)
    vehicle_count = fields.Integer("Number of Vehicles", compute="_compute_counts")
    done_count = fields.Integer("Done", compute="_compute_counts")
    open_count = fields.Integer("Open", compute="_compute_counts")
    completion = fields.Float(
        "Completion (%)",
        compute="_compute_counts",
        help="Done, of all vehicles that are not exempt.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "There is a campaign with this number already."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A campaign cannot end before it starts.",
    )
    _recall_never_ends = models.Constraint(
        "CHECK(kind != 'recall' OR date_end IS NULL)",
        "A recall has no last day: what is recalled is mended whenever it comes.",
    )
    _release_by_another = models.Constraint(
        "CHECK(released_by_id IS NULL OR released_by_id != prepared_by_id)",
        "Who prepared a campaign does not release it.",
    )
    _running_released = models.Constraint(
        "CHECK(state NOT IN ('running', 'done') OR released_by_id IS NOT NULL)",
        "A campaign runs when somebody has released it.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for campaign in self:
            campaign.display_name = f"{campaign.code or ''} {campaign.name or ''}"

    @api.depends("vehicle_ids.state")
    def _compute_counts(self):
        counts = {}
        for campaign, state, count in self.env[
            "aftersales.campaign.vehicle"
        ]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        ):
            counts.setdefault(campaign.id, {})[state] = count
        for campaign in self:
            own = counts.get(campaign._origin.id, {})
            campaign.vehicle_count = sum(own.values())
            campaign.done_count = own.get("done", 0)
            campaign.open_count = own.get("open", 0) + own.get("told", 0)
            due = campaign.vehicle_count - own.get("exempt", 0)
            campaign.completion = 100.0 * campaign.done_count / due if due else 0.0

    def write(self, vals):
        if (
            not self.env.su
            and {
                "state",
                "prepared_by_id",
                "released_by_id",
                "released_at",
            }
            & vals.keys()
        ):
            raise UserError(self.env._("A campaign follows from its buttons."))
        if RULE_FIELDS & vals.keys():
            for campaign in self:
                if campaign.state != "draft":
                    raise UserError(
                        self.env._(
                            "Campaign %(campaign)s was released with this rule. Put "
                            "further vehicles on its list of numbers.",
                            campaign=campaign.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for campaign in self:
            if campaign.state != "draft":
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s has been released and stays on record.",
                        campaign=campaign.display_name,
                    )
                )

    # -- Steps -------------------------------------------------------------------------

    def _check_state(self, *states):
        """Raise UserError where a campaign is in none of ``states``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for campaign in self:
            if campaign.state not in states:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s is %(state)s; this is done "
                        "%(expected)s.",
                        campaign=campaign.display_name,
                        state=labels[campaign.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    def action_release(self):
        """Let the campaign run: from now on it is announced (R-BEY-08, R-CMP-21).

        :raises UserError: to who prepared it, without work, or without vehicles
        """
        self._check_role("manager")
        self.check_access("write")
        self._check_state("draft")
        for campaign in self:
            if campaign.prepared_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s: you prepared it yourself. Another "
                        "manager releases it.",
                        campaign=campaign.display_name,
                    )
                )
            if not campaign.line_ids:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s says nothing of parts or work. Enter "
                        "what the remedy takes.",
                        campaign=campaign.display_name,
                    )
                )
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo().write(
            {
                "state": "running",
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
            }
        )
        self.action_find_vehicles()
        return True

    def action_close(self):
        """End the campaign. A recall ends when no vehicle is left.

        :raises UserError: naming how many vehicles of a recall are open
        """
        self._check_role("manager")
        self.check_access("write")
        self._check_state("running")
        for campaign in self:
            if campaign.kind == "recall" and campaign.open_count:
                raise UserError(
                    self.env._(
                        "Recall %(campaign)s: %(count)s vehicles are still open. Mend "
                        "them, or note why one is exempt.",
                        campaign=campaign.display_name,
                        count=campaign.open_count,
                    )
                )
        # sudo: as above
        self.sudo().state = "done"
        return True

    def action_cancel(self):
        """Give up a campaign that was never announced or is withdrawn by the maker.

        :raises UserError: when work was done for it already
        """
        self._check_role("manager")
        self.check_access("write")
        self._check_state("draft", "running")
        for campaign in self:
            if campaign.done_count:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s: %(count)s vehicles are done already. "
                        "Close it instead.",
                        campaign=campaign.display_name,
                        count=campaign.done_count,
                    )
                )
        # sudo: as above
        self.sudo().state = "cancelled"
        return True

    def action_open_vehicles(self):
        """Open the vehicles of the campaign (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.campaign_vehicle_action"
        )
        action["domain"] = [("campaign_id", "=", self.id)]
        action["context"] = {"default_campaign_id": self.id}
        return action
