from odoo import fields, models

from ..tools.choices import choices_of


class AftersalesReadinessLine(models.Model):
    """A point of a daily check."""

    _name = "aftersales.readiness.line"
    _description = "Checked Point of the Day"
    _order = "readiness_id, sequence, id"
    _check_company_auto = True

    readiness_id = fields.Many2one(
        "aftersales.readiness", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="readiness_id.company_id")
    state = fields.Selection(related="readiness_id.state")
    sequence = fields.Integer(default=10)
    area = fields.Selection(
        selection=choices_of("aftersales.finding", "area"),
        required=True,
        default="other",
    )
    name = fields.Char("Point", required=True)
    result = fields.Selection([("ok", "In order"), ("problem", "Problem")])
    note = fields.Char("What is wrong")
    user_id = fields.Many2one(
        "res.users",
        string="Call",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who has to see to it. Empty: whoever it usually is, the parts keeper for "
        "parts, the team leader for the rest.",
    )
    finding_id = fields.Many2one(
        "aftersales.finding", readonly=True, check_company=True
    )

    def write(self, vals):
        if not self.env.su:
            self.readiness_id._check_open()
        return super().write(vals)

    def action_ok(self):
        """Answer the point: in order."""
        self.write({"result": "ok"})

    def action_problem(self):
        """Answer the point: something is wrong."""
        self.write({"result": "problem"})

    def _create_findings(self):
        """Let each problem become a finding for whoever has to see to it."""
        for line in self:
            if line.result != "problem" or line.finding_id:
                continue
            sheet = line.readiness_id
            line.finding_id = self.env["aftersales.finding"].create(
                {
                    "name": f"{line.name}: {line.note}",
                    "area": line.area,
                    "shift_id": sheet.shift_id.id,
                    "company_id": sheet.company_id.id,
                    "team_id": sheet.team_id.id,
                    "user_id": (line.user_id or line._get_responsible()).id,
                }
            )

    def _get_responsible(self):
        """Return who usually sees to problems of this area."""
        self.ensure_one()
        sheet = self.readiness_id
        Deadline = self.env["aftersales.deadline"]
        if self.area in ("parts", "repair_parts"):
            return Deadline._default_user("parts_keeper", sheet.company_id)
        return sheet.team_id.leader_id or Deadline._default_user(
            "dispatcher", sheet.company_id
        )
