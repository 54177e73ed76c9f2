import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# A comeback that is this one is none: something else was reported.
NEW_CONCERN = "new_concern"
JUDGES = ("advisor", "inspector", "quality")


class AftersalesTicket(models.Model):
    """The same concern again within the guarantee on finished work (R-BEY-05)."""

    _inherit = "aftersales.ticket"

    comeback_of_id = fields.Many2one(
        "aftersales.ticket",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('vehicle_id', '=', vehicle_id), ('id', '!=', id),"
        " ('delivered_at', '!=', False)]",
        help="The finished work whose concern came back.",
    )
    comeback_ids = fields.One2many(
        "aftersales.ticket", "comeback_of_id", string="Came Back as", readonly=True
    )
    comeback_cause = fields.Selection(
        [
            ("technician", "Workmanship"),
            ("part", "Part"),
            ("diagnosis", "Diagnosis"),
            (NEW_CONCERN, "New concern, no comeback"),
        ],
        string="Comeback due to",
        copy=False,
        tracking=True,
    )
    comeback_judged_by_id = fields.Many2one(
        "res.users", string="Comeback judged by", readonly=True, copy=False
    )
    comeback_judged_at = fields.Datetime(readonly=True, copy=False)
    comeback_candidate_id = fields.Many2one(
        "aftersales.ticket",
        string="Same Concern before",
        compute="_compute_comeback_candidate_id",
        help="Work on the same concern of the vehicle that is still within its "
        "guarantee.",
    )

    _comeback_of_another = models.Constraint(
        "CHECK(comeback_of_id <> id)", "A ticket is no comeback of itself."
    )
    _comeback_judged = models.Constraint(
        "CHECK(comeback_cause IS NULL OR comeback_of_id IS NOT NULL)",
        "Say which finished work came back before you say why.",
    )

    @api.depends("vehicle_id", "complaint", "fault_code_ids", "comeback_of_id")
    def _compute_comeback_candidate_id(self):
        for ticket in self:
            found = ticket.browse()
            if (
                ticket.vehicle_id
                and not ticket.comeback_of_id
                and ticket.state not in ("closed", "cancelled")
            ):
                found = ticket._get_comeback_candidates()[:1]
            ticket.comeback_candidate_id = found

    @api.constrains("comeback_of_id", "vehicle_id")
    def _check_comeback(self):
        for ticket in self.filtered("comeback_of_id"):
            # sudo: who changes a ticket may not read the one that came back
            earlier = ticket.comeback_of_id.sudo()
            if (
                earlier.vehicle_id != ticket.vehicle_id
                or not earlier.delivered_at
                or earlier.delivered_at > ticket.reported_at
            ):
                raise ValidationError(
                    self.env._(
                        "Ticket %(ticket)s cannot be a comeback of %(earlier)s: that "
                        "is not finished work on the same vehicle from before the "
                        "report. Choose another ticket.",
                        ticket=ticket.name,
                        earlier=earlier.name,
                    )
                )

    # -- Steps ---------------------------------------------------------------------

    def action_take_comeback(self):
        """Take the proposed ticket for the one whose concern came back.

        :raises UserError: when none is proposed
        """
        for ticket in self:
            earlier = ticket._get_proposed_comeback()
            # sudo: inspectors and quality write no tickets; the role is checked
            ticket.sudo().comeback_of_id = earlier
        return True

    def action_not_comeback(self):
        """Say that the proposed ticket, or the one taken, was about something else.

        :raises UserError: when none is proposed
        """
        for ticket in self:
            if not ticket.comeback_of_id:
                ticket.action_take_comeback()
        return self._judge_comeback(NEW_CONCERN)

    def action_comeback_technician(self):
        """Say that the work was the reason of the comeback."""
        return self._judge_comeback("technician")

    def action_comeback_part(self):
        """Say that a part was the reason of the comeback."""
        return self._judge_comeback("part")

    def action_comeback_diagnosis(self):
        """Say that a wrong diagnosis was the reason of the comeback."""
        return self._judge_comeback("diagnosis")

    def _get_proposed_comeback(self):
        self._check_role(*JUDGES)
        if not self.comeback_candidate_id:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: no earlier work on this concern is within its "
                    "guarantee.",
                    ticket=self.name,
                )
            )
        return self.comeback_candidate_id

    def _judge_comeback(self, cause):
        """Note why these tickets came back.

        :param cause: key of ``comeback_cause``
        :raises AccessError: from who worked on what came back
        """
        self._check_role(*JUDGES)
        self._check_comeback_judge({})
        # sudo: inspectors and quality write no tickets; the role is checked above
        self.sudo().write({"comeback_cause": cause})
        return True

    def write(self, vals):
        if not {"comeback_of_id", "comeback_cause"} & vals.keys():
            return super().write(vals)
        if not self.env.su:
            self._check_role(*JUDGES)
            self._check_comeback_judge(vals)
        judged = bool(vals.get("comeback_cause"))
        return super().write(
            {
                # Another ticket is judged anew.
                "comeback_cause": False,
                **vals,
                "comeback_judged_by_id": judged and self.env.uid,
                "comeback_judged_at": judged and fields.Datetime.now(),
            }
        )

    def _check_comeback_judge(self, vals):
        """Refuse to judge a comeback of one's own work.

        :raises AccessError: naming the ticket
        """
        for ticket in self:
            # sudo: only who worked on it
            earlier = ticket.sudo().comeback_of_id
            if "comeback_of_id" in vals:
                earlier = earlier.browse(vals["comeback_of_id"])
            if earlier and earlier._is_worked_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "Ticket %(ticket)s: you worked on %(earlier)s yourself. "
                        "Somebody else says why it came back.",
                        ticket=ticket.name,
                        earlier=earlier.name,
                    )
                )

    # -- The proposal ---------------------------------------------------------------

    def _get_comeback_candidates(self):
        """Return finished work on the same concern within its guarantee, best first.

        The same concern: a fault code or a part in common, or words of the complaint.
        """
        self.ensure_one()
        if not self.reported_at:
            return self.browse()
        company = self.company_id.sudo()
        longest = max(
            company[f"aftersales_guarantee_{kind}_days"]
            for kind in ("overhaul", "secondary", "other")
        )
        reported = self.reported_at
        # sudo: whoever takes the report sees that the vehicle was here for the same;
        # he opens the other ticket only if he may
        found = self.sudo().search(
            [
                ("vehicle_id", "=", self.vehicle_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self._origin.id),
                ("state", "in", ("delivered", "closed")),
                ("delivered_at", "<=", reported),
                ("delivered_at", ">=", reported - timedelta(days=longest + 1)),
            ],
            order="delivered_at DESC",
        )
        likely = [(ticket._get_likeness(self), ticket) for ticket in found]
        likely = [
            (likeness, ticket)
            for likeness, ticket in likely
            if likeness and ticket._is_guaranteed_at(self)
        ]
        likely.sort(key=lambda pair: pair[0], reverse=True)
        return self.browse([ticket.id for __, ticket in likely])

    def _is_guaranteed_at(self, report):
        """Return whether some work of this ticket is within its guarantee.

        Whichever limit comes first: days from the handover, distance from its reading
        (R-BEY-05).

        :param report: the ticket that reports the concern again
        """
        self.ensure_one()
        day = report._get_report_date()
        run = report._get_report_figures()["run"]
        start = self._get_report_figures()["run"]
        return any(
            day <= row["until"]
            and not (run and start and run - start > row["distance"])
            for row in self._get_report_guarantee()
        )

    def _get_likeness(self, other):
        """Return how much the concerns of two tickets are alike; 0: not at all."""
        self.ensure_one()
        score = 10 * len(self.fault_code_ids & other.sudo().fault_code_ids)
        score += 10 * len(self.line_ids.product_id & other.sudo().line_ids.product_id)
        mine, its = self._get_words(self.complaint), self._get_words(other.complaint)
        common = mine & its
        # A third of the shorter text in common, be it a word or a pair of characters.
        if common and 3 * len(common) >= min(len(mine), len(its)):
            score += len(common)
        return score

    @api.model
    def _get_words(self, text):
        """Return what a text is compared by: words, and pairs of Chinese characters."""
        text = (text or "").lower()
        words = set(re.findall(r"[^\W\d_\u4e00-\u9fff]{4,}", text))
        for run in re.findall(r"[\u4e00-\u9fff]{2,}", text):
            words |= {run[i : i + 2] for i in range(len(run) - 1)}
        return words
