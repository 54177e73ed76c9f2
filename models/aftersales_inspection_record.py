from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesInspection(models.Model):
    """The record of an inspection: subject, road test, complete and on time."""

    _inherit = "aftersales.inspection"

    subject = fields.Selection(
        [("vehicle", "Vehicle"), ("assembly", "Assembly")],
        required=True,
        default="vehicle",
        help="A whole vehicle, or an assembly that was taken out: both are counted "
        "(R-QC-11).",
    )
    assembly_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        domain=[("type", "=", "consu")],
    )
    assembly_number = fields.Char("Number of the assembly")
    team_id = fields.Many2one(related="ticket_id.team_id", store=True)

    road_test_needed = fields.Boolean(
        compute="_compute_road_test_needed",
        store=True,
        readonly=False,
        precompute=True,
        help="The repair is to be tried on the road (R-QC-03).",
    )
    road_test_distance = fields.Float(
        "Road test distance", digits=(16, 1), help="Kilometres driven."
    )
    road_test_technician_id = fields.Many2one(
        "res.users",
        string="Driven with",
        compute="_compute_road_test_technician_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The main technician rides along (R-QC-03).",
    )
    road_test_result = fields.Selection(
        [("ok", "In order"), ("fault", "Fault")], "Road test result"
    )
    road_test_note = fields.Char("Road test remarks")

    due_at = fields.Datetime(
        "Due",
        readonly=True,
        copy=False,
        help="When the sheet is to be finished: so many hours after the work was "
        "reported finished (R-QC-10).",
    )
    is_complete = fields.Boolean(
        "Complete",
        readonly=True,
        copy=False,
        help="Each point answered and looked at, remaining life told, road test "
        "entered where one is needed (R-QC-10).",
    )
    is_on_time = fields.Boolean("On time", readonly=True, copy=False)
    sheet_count = fields.Integer(
        "Sheets", compute="_compute_sheet_count", store=True, precompute=True
    )

    _road_test_positive = models.Constraint(
        "CHECK(road_test_distance >= 0)", "Nobody drives less than nothing."
    )
    _flags_of_done = models.Constraint(
        "CHECK(state = 'done' OR (is_complete IS NOT TRUE AND is_on_time IS NOT TRUE))",
        "Complete and on time is what is said of a finished sheet.",
    )

    @api.depends("template_id")
    def _compute_road_test_needed(self):
        for sheet in self:
            sheet.road_test_needed = sheet.template_id.asks_road_test

    @api.depends("ticket_id")
    def _compute_road_test_technician_id(self):
        for sheet in self:
            sheet.road_test_technician_id = sheet.ticket_id.technician_id

    @api.depends("kind")
    def _compute_sheet_count(self):
        """Count in pivots: how many vehicles and assemblies were inspected."""
        self.sheet_count = 1

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        for sheet in sheets.filtered(lambda sheet: sheet.kind == "final"):
            ticket = sheet.ticket_id
            # sudo: what is due is not entered by hand
            sheet.sudo().due_at = (ticket.finished_at or sheet.create_date) + timedelta(
                hours=ticket.company_id.aftersales_inspection_hours
            )
        return sheets

    def write(self, vals):
        if not self.env.su and vals.keys() & {"is_complete", "is_on_time", "due_at"}:
            raise UserError(
                self.env._("Complete and on time follow from how a sheet was done.")
            )
        return super().write(vals)

    def action_done(self):
        """Finish the sheets, and note whether they are complete and on time.

        :raises UserError: while a road test that is needed is not entered (R-QC-03)
        """
        result = super().action_done()
        self._stamp_record()
        return result

    def _stamp_record(self):
        """Note of finished sheets whether they are complete and on time (R-QC-10)."""
        for sheet in self:
            # sudo: nobody says so by hand
            sheet.sudo().write(
                {
                    "is_complete": sheet._is_record_complete(),
                    "is_on_time": not sheet.due_at or sheet.done_at <= sheet.due_at,
                }
            )

    def _is_record_complete(self):
        """Return whether nothing is left blank on this sheet."""
        self.ensure_one()
        return (
            bool(self.line_ids)
            and all(
                line.result in ("ok", "attention", "defect")
                and (not line.asks_remaining_life or line._shows_remaining_life())
                for line in self.line_ids
            )
            and (
                not self.road_test_needed
                or bool(self.road_test_distance and self.road_test_result)
            )
        )

    def _close_unfinished(self):
        """Close sheets whose inspection ended early: their blanks stay on record."""
        # sudo: stamps are not editable; the step that calls has checked the role
        sheets = self.filtered(lambda sheet: sheet.state == "draft")
        sheets.sudo().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_at": fields.Datetime.now(),
            }
        )
        sheets._stamp_record()

    def _check_complete(self):
        result = super()._check_complete()
        if self.subject == "assembly" and not (
            self.assembly_id or self.assembly_number
        ):
            raise UserError(
                self.env._(
                    "Check sheet %(sheet)s: enter which assembly was inspected.",
                    sheet=self.display_name,
                )
            )
        if self.road_test_needed:
            self._check_road_test()
        return result

    def _check_road_test(self):
        """Raise UserError while the road test is not entered as it was driven."""
        self.ensure_one()
        message = None
        if not self.road_test_distance or not self.road_test_result:
            message = self.env._(
                "enter distance and result of the road test, or untick that one is "
                "needed."
            )
        elif not (
            self.road_test_technician_id
            and self.ticket_id._is_worked_by(self.road_test_technician_id)
        ):
            message = self.env._(
                "the road test is driven with a technician who worked on the vehicle."
            )
        elif self.road_test_result == "fault" and not self.road_test_note:
            message = self.env._("describe the fault found on the road test.")
        if message:
            raise UserError(
                self.env._(
                    "Check sheet %(sheet)s: %(reason)s",
                    sheet=self.display_name,
                    reason=message,
                )
            )
