from odoo import api, fields, models
from odoo.exceptions import UserError

# What is looked at before the vehicle is given to the adviser (R-QC-07, 08, 12).
CHECKS = (
    "exterior_checked",
    "technical_checked",
    "items_checked",
    "papers_collected",
)


class AftersalesInternalHandover(models.Model):
    """From the inspector to the adviser: clean, parked, papers, explained (R-QC-08)."""

    _name = "aftersales.internal.handover"
    _description = "Internal Handover"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "id desc"
    _rec_name = "ticket_id"

    advisor_id = fields.Many2one(related="ticket_id.advisor_id")
    cleaned_at = fields.Datetime("Cleaned at", readonly=True, copy=False)
    cleaned_by_id = fields.Many2one(
        "res.users", string="Cleaned by", readonly=True, copy=False
    )
    bay_id = fields.Many2one(
        "aftersales.bay",
        string="Finished bay",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'finished'), ('company_id', '=', company_id)]",
        help="Where the finished vehicle stands (R-QC-07).",
    )
    place = fields.Char("Parking place", help="Row or number in the bay.")
    exterior_checked = fields.Boolean("Exterior in order")
    technical_checked = fields.Boolean("Technical state in order")
    items_checked = fields.Boolean("Items on board complete")
    papers_collected = fields.Boolean(
        "Papers complete",
        help="Work order, slips, inspection sheet and the rest of the repair's papers "
        "are collected and go to the adviser (R-QC-08).",
    )
    explanation = fields.Text(
        help="What was repaired, its quality, what the customer should know."
    )
    handed_by_id = fields.Many2one(
        "res.users", string="Handed over by", readonly=True, copy=False
    )
    handed_at = fields.Datetime("Handed over at", readonly=True, copy=False)
    taken_by_id = fields.Many2one(
        "res.users", string="Taken over by", readonly=True, copy=False
    )
    taken_at = fields.Datetime("Taken over at", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "With the workshop"),
            ("handed", "Handed over"),
            ("taken", "With the adviser"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )

    _ticket_uniq = models.UniqueIndex(
        "(ticket_id)", "A ticket has one internal handover."
    )
    _handed_complete = models.Constraint(
        "CHECK(state = 'draft' OR (cleaned_at IS NOT NULL AND COALESCE(bay_id::text,"
        " place) IS NOT NULL"
        " AND handed_by_id IS NOT NULL AND handed_at IS NOT NULL))",
        "What is handed over was cleaned and stands in a finished bay.",
    )
    _taken_stamp = models.Constraint(
        "CHECK(state != 'taken' OR (taken_by_id IS NOT NULL AND taken_at IS NOT NULL))",
        "What was taken over says by whom and when.",
    )

    @api.constrains("bay_id")
    def _check_bay_kind(self):
        for handover in self:
            if handover.bay_id and handover.bay_id.kind != "finished":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(bay)s is no bay for finished vehicles.",
                        ticket=handover.ticket_id.name,
                        bay=handover.bay_id.name,
                    )
                )

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {
                "state",
                "ticket_id",
                "cleaned_at",
                "cleaned_by_id",
                "handed_at",
                "handed_by_id",
                "taken_at",
                "taken_by_id",
            }:
                raise UserError(
                    self.env._("An internal handover follows from its buttons.")
                )
            self._check_state("draft")
        return super().write(vals)

    def _check_state(self, *states):
        """Raise UserError where a handover is in none of ``states``."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for handover in self:
            if handover.state not in states:
                raise UserError(
                    self.env._(
                        "The internal handover of ticket %(ticket)s is %(state)s; this "
                        "is done %(expected)s.",
                        ticket=handover.ticket_id.name,
                        state=labels[handover.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    # -- Steps -------------------------------------------------------------------------

    def action_cleaned(self):
        """Stamp that the vehicle was cleaned inside and outside (R-QC-07)."""
        self.ticket_id._check_role("technician", "inspector")
        self._check_state("draft")
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {"cleaned_at": fields.Datetime.now(), "cleaned_by_id": self.env.uid}
        )

    def action_all_checked(self):
        """State that exterior, technical state, items and papers were checked."""
        self.write(dict.fromkeys(CHECKS, True))

    def action_hand_over(self):
        """Give vehicle and papers to the adviser, who is called (R-QC-08).

        :raises UserError: naming what is missing
        """
        self.ticket_id._check_role("inspector")
        self._check_state("draft")
        for handover in self:
            handover._check_complete()
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "handed",
                "handed_by_id": self.env.uid,
                "handed_at": fields.Datetime.now(),
            }
        )
        for handover in self:
            ticket = handover.ticket_id
            advisor = ticket.advisor_id or ticket.team_id.leader_id
            if advisor:
                # sudo: inspectors plan no activities of others; the step is checked
                ticket.sudo().activity_schedule(
                    "aftersales.activity_internal_handover",
                    summary=self.env._(
                        "Take over in %(bay)s",
                        bay=" ".join(
                            filter(None, (handover.bay_id.name, handover.place))
                        ),
                    ),
                    note=handover.explanation,
                    user_id=advisor.id,
                )

    def _check_complete(self):
        """Raise UserError naming what the adviser would miss."""
        self.ensure_one()
        names = [
            self._fields[name]._description_string(self.env)
            for name in (*CHECKS, "cleaned_at", "bay_id", "explanation")
            # A yard without bays has places.
            if not self[name] and not (name == "bay_id" and self.place)
        ]
        if names:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s cannot be given to the adviser; still missing: "
                    "%(names)s.",
                    ticket=self.ticket_id.name,
                    names=", ".join(names),
                )
            )

    def action_take_over(self):
        """Take vehicle, papers and explanation over, as the adviser (R-QC-08)."""
        self.ticket_id._check_role("advisor")
        self._check_state("handed")
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "taken",
                "taken_by_id": self.env.uid,
                "taken_at": fields.Datetime.now(),
            }
        )
        # sudo: a colleague's call ends, too
        self.ticket_id.sudo().activity_unlink(["aftersales.activity_internal_handover"])

    def action_print_guarantee(self):
        """Print the quality guarantee cards of these vehicles (R-QC-06)."""
        return self.ticket_id.action_print_guarantee()

    def action_send_back(self):
        """Refuse it as the adviser: something is not as it was explained."""
        self.ticket_id._check_role("advisor")
        self._check_state("handed")
        # sudo: as above
        self.sudo().write({"state": "draft", "handed_by_id": False, "handed_at": False})
        self.ticket_id.sudo().activity_unlink(["aftersales.activity_internal_handover"])
