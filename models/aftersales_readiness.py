from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_readiness_template import KINDS

MILESTONE = {"readiness": "ready_checked", "site": "site_checked"}


class AftersalesReadiness(models.Model):
    """A check of the day: is the team ready for work, is the site in order.

    (R-DISP-03, R-DISP-12.) Made with the day's first shift; what is wrong becomes a
    finding that calls whoever has to see to it.
    """

    _name = "aftersales.readiness"
    _description = "Daily Check"
    _inherit = ["mail.thread"]
    _order = "date desc, kind, team_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="readiness")
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    shift_id = fields.Many2one(
        "aftersales.shift",
        index="btree_not_null",
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    team_id = fields.Many2one(
        "aftersales.team",
        index="btree_not_null",
        check_company=True,
        domain=[("kind", "in", ("workshop", "factory"))],
    )
    absent_ids = fields.Many2many(
        "res.users",
        string="Absent People",
        domain="[('id', 'in', member_ids)]",
        help="Who of the team is not there.",
    )
    member_ids = fields.Many2many(related="team_id.member_ids", string="Team Members")
    present_count = fields.Integer("Present", compute="_compute_present_count")
    shortage_count = fields.Integer(
        "Parts short",
        compute="_compute_shortage_count",
        help="Agreed parts of the team's open tickets that are not in stock.",
    )
    line_ids = fields.One2many("aftersales.readiness.line", "readiness_id")
    open_count = fields.Integer("Points open", compute="_compute_open_count")
    problem_count = fields.Integer(
        "Problems", compute="_compute_problem_count", store=True
    )
    note = fields.Text("Remarks")
    state = fields.Selection(
        [("draft", "Open"), ("done", "Done")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)

    _day_uniq = models.UniqueIndex(
        "(company_id, kind, date, COALESCE(team_id, 0))",
        "This check of the day has been begun already. Go on with that one.",
    )
    _done_stamped = models.Constraint(
        "CHECK(state = 'draft' OR done_at IS NOT NULL)",
        "A check that is done says when.",
    )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("kind", "date", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for sheet in self:
            words = (str(sheet.date or ""), kinds.get(sheet.kind), sheet.team_id.name)
            sheet.display_name = " ".join(filter(None, words))

    @api.depends("absent_ids", "team_id")
    def _compute_present_count(self):
        for sheet in self:
            sheet.present_count = len(sheet.member_ids - sheet.absent_ids)

    @api.depends("team_id", "state")
    def _compute_shortage_count(self):
        """Hook: parts that are short are known to the shortage list."""
        self.shortage_count = 0

    @api.depends("line_ids.result")
    def _compute_open_count(self):
        for sheet in self:
            sheet.open_count = sheet.line_ids.mapped("result").count(False)

    @api.depends("line_ids.result")
    def _compute_problem_count(self):
        for sheet in self:
            sheet.problem_count = sheet.line_ids.mapped("result").count("problem")

    # -- CRUD --------------------------------------------------------------------------

    @api.model
    def _create_missing(self, vals_list):
        """Make the sheets that are not there yet, with their templates' points."""
        # sudo: which sheets exist does not depend on who opens the day
        known = {
            (sheet.company_id.id, sheet.kind, sheet.date, sheet.team_id.id)
            for sheet in self.sudo().search(
                [("date", "in", list({vals["date"] for vals in vals_list}))]
            )
        }
        return self.create(
            [
                vals
                for vals in vals_list
                if (
                    vals["company_id"],
                    vals["kind"],
                    vals["date"],
                    vals.get("team_id", False),
                )
                not in known
            ]
        )

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        Template = self.env["aftersales.readiness.template"]
        templates = {
            (kind, company): Template._get_template(kind, company)
            for kind, company in {(sheet.kind, sheet.company_id) for sheet in sheets}
        }
        self.env["aftersales.readiness.line"].create(
            [
                {
                    "readiness_id": sheet.id,
                    "sequence": point.sequence,
                    "area": point.area,
                    "name": point.name,
                }
                for sheet in sheets
                if not sheet.line_ids
                for point in templates[sheet.kind, sheet.company_id].line_ids
            ]
        )
        return sheets

    def write(self, vals):
        if not self.env.su:
            if {"state", "done_by_id", "done_at", "shift_id"} & vals.keys():
                raise UserError(
                    self.env._("A daily check is ended with its button Done.")
                )
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        """Raise UserError where a check is done: what was found stays as it is."""
        for sheet in self:
            if sheet.state != "draft":
                raise UserError(
                    self.env._(
                        "Check %(sheet)s is done; what was found then stays.",
                        sheet=sheet.display_name,
                    )
                )

    # -- Steps -------------------------------------------------------------------------

    def action_rest_ok(self):
        """State that every point not answered yet is in order."""
        self.env["aftersales.shift"]._check_dispatcher()
        self._check_open()
        self.line_ids.filtered(lambda line: not line.result).write({"result": "ok"})

    def action_done(self):
        """Finish the check and call whoever has to see to a problem (R-DISP-03).

        :raises UserError: while a point has no answer, or a problem no words
        """
        self.env["aftersales.shift"]._check_dispatcher()
        self._check_open()
        for sheet in self:
            unanswered = sheet.line_ids.filtered(lambda line: not line.result)
            mute = sheet.line_ids.filtered(
                lambda line: line.result == "problem" and not line.note
            )
            if unanswered or mute:
                raise UserError(
                    self.env._(
                        "Check %(sheet)s: say how it is with %(points)s; what is wrong "
                        "in a few words.",
                        sheet=sheet.display_name,
                        points=", ".join((unanswered | mute).mapped("name")),
                    )
                )
        self.line_ids._create_findings()
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_at": fields.Datetime.now(),
            }
        )
        for shift in self.shift_id:
            for kind, milestone in MILESTONE.items():
                sheets = shift.readiness_ids.filtered(
                    lambda sheet, kind=kind: sheet.kind == kind
                )
                if sheets & self and all(sheet.state == "done" for sheet in sheets):
                    shift._deadline_reach(milestone)
