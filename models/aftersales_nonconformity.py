from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What its people write; everything else follows from the steps.
OPEN_FIELDS = frozenset({"description", "is_safety", "measure", "photo"})


class AftersalesNonconformity(models.Model):
    """Work that did not pass: what failed, what is done, inspected again (R-QC-04)."""

    _name = "aftersales.nonconformity"
    _description = "Nonconformity"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "found_at desc, id desc"

    name = fields.Char("Failed item", required=True, readonly=True)
    vehicle_id = fields.Many2one(store=True)
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)
    inspection_line_id = fields.Many2one(
        "aftersales.inspection.line",
        string="Checked point",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    inspection_id = fields.Many2one(
        related="inspection_line_id.inspection_id", string="Sheet"
    )
    description = fields.Text("What was found")
    is_safety = fields.Boolean("Safety")
    photo = fields.Image(max_width=1920, max_height=1920)
    round = fields.Integer(
        readonly=True, default=1, help="How often the work went back for this item."
    )
    found_by_id = fields.Many2one("res.users", required=True, readonly=True)
    found_at = fields.Datetime(required=True, readonly=True)
    advisor_id = fields.Many2one("res.users", string="Adviser told", readonly=True)
    advisor_told_at = fields.Datetime("Told at", readonly=True)
    measure = fields.Text(
        "Measure Taken", help="What was done about it, and why it failed before."
    )
    rework_by_id = fields.Many2one("res.users", string="Reworked by", readonly=True)
    reworked_at = fields.Datetime(readonly=True)
    reinspected_by_id = fields.Many2one(
        "res.users", string="Inspected again by", readonly=True
    )
    reinspected_at = fields.Datetime("Inspected again at", readonly=True)
    state = fields.Selection(
        [("open", "To rework"), ("reworked", "Reworked"), ("accepted", "Accepted")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )

    _reworked_measure = models.Constraint(
        "CHECK(state = 'open' OR (measure IS NOT NULL AND rework_by_id IS NOT NULL"
        " AND reworked_at IS NOT NULL))",
        "What was reworked says by whom, when and how.",
    )
    _accepted_stamp = models.Constraint(
        "CHECK(state != 'accepted' OR (reinspected_by_id IS NOT NULL"
        " AND reinspected_at IS NOT NULL))",
        "What was accepted says by whom and when.",
    )
    _round_positive = models.Constraint(
        "CHECK(round > 0)", "The work has gone back at least once."
    )

    @api.depends("ticket_id.name", "name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.ticket_id.name}: {item.name}"

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - OPEN_FIELDS:
                raise AccessError(
                    self.env._(
                        "A nonconformity follows from its steps: Rework, Reworked, and "
                        "the inspector's Pass."
                    )
                )
            self._check_open("open")
        return super().write(vals)

    def _check_open(self, *states):
        """Raise UserError where an item is in none of ``states`` any more."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for item in self:
            if item.state not in states:
                raise UserError(
                    self.env._(
                        "%(item)s is %(state)s; what is written there stays.",
                        item=item.display_name,
                        state=labels[item.state],
                    )
                )

    def action_reworked(self):
        """State that the item was worked on again (R-QC-04).

        :raises UserError: by somebody who does not work on the ticket, or while the
            measure is not written
        """
        self.ticket_id._check_role("technician")
        self.ticket_id._check_state("in_progress")
        self._check_open("open")
        for item in self:
            if not self.env.su and not item.ticket_id._is_worked_by(self.env.user):
                raise UserError(
                    self.env._(
                        "%(item)s: the rework is stated by who works on the ticket.",
                        item=item.display_name,
                    )
                )
            if not item.measure:
                raise UserError(
                    self.env._(
                        "%(item)s: write the measure first: what was done about it.",
                        item=item.display_name,
                    )
                )
        # sudo: stamps are not editable; role, person and state are checked above
        self.sudo().write(
            {
                "state": "reworked",
                "rework_by_id": self.env.uid,
                "reworked_at": fields.Datetime.now(),
            }
        )

    def _accept(self):
        """Stamp that these items were found in order when inspected again."""
        # sudo: follows from the inspector's answer, whose role was checked
        self.sudo().write(
            {
                "state": "accepted",
                "reinspected_by_id": self.env.uid,
                "reinspected_at": fields.Datetime.now(),
            }
        )

    def _reopen(self, line):
        """Send this item back once more.

        :param line: the point of the new sheet, may be empty
        """
        self.ensure_one()
        # sudo: as above
        self.sudo().write(
            {
                "state": "open",
                "round": self.round + 1,
                "inspection_line_id": line.id or self.inspection_line_id.id,
                "found_by_id": self.env.uid,
                "found_at": fields.Datetime.now(),
                "rework_by_id": False,
                "reworked_at": False,
            }
        )

    def _is_same_point(self, line):
        """Return whether this item is about the same point as ``line``."""
        self.ensure_one()
        point = self.inspection_line_id.template_line_id
        return (point and point == line.template_line_id) or self.name == line.name
