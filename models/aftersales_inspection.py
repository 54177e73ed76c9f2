from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_inspection_template import KINDS

WRITERS = ("technician", "advisor", "inspector")


class AftersalesInspection(models.Model):
    """A check sheet: one vehicle looked over point by point (R-DIAG-11)."""

    _name = "aftersales.inspection"
    _description = "Check Sheet"
    _inherit = ["aftersales.ticket.document.mixin", "mail.thread"]
    _order = "id desc"

    template_id = fields.Many2one(
        "aftersales.inspection.template",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        KINDS,
        compute="_compute_kind",
        store=True,
        precompute=True,
        help="What the sheet is for; follows the template it was made from.",
    )
    line_ids = fields.One2many("aftersales.inspection.line", "inspection_id")
    note = fields.Text("Remarks")
    state = fields.Selection(
        [("draft", "Open"), ("done", "Done")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    open_count = fields.Integer("Points open", compute="_compute_counts")
    attention_count = fields.Integer("Needing attention", compute="_compute_counts")
    defect_count = fields.Integer("Defects", compute="_compute_counts")

    _open_template_uniq = models.UniqueIndex(
        "(ticket_id, template_id) WHERE state = 'draft'",
        "This ticket has an open check sheet of this kind. Go on with that one.",
    )

    @api.depends("template_id", "ticket_id.name")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = f"{sheet.ticket_id.name}: {sheet.template_id.name}"

    @api.depends("template_id")
    def _compute_kind(self):
        for sheet in self:
            sheet.kind = sheet.kind or sheet.template_id.kind

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for sheet in self:
            results = sheet.line_ids.mapped("result")
            sheet.open_count = results.count(False)
            sheet.attention_count = results.count("attention")
            sheet.defect_count = results.count("defect")

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create sheets with the points of their templates."""
        sheets = super().create(vals_list)
        self.env["aftersales.inspection.line"].create(
            [
                {
                    "inspection_id": sheet.id,
                    "template_line_id": point.id,
                    "sequence": point.sequence,
                    "section": point.section,
                    "name": point.name,
                    "is_safety": point.is_safety,
                    "asks_remaining_life": point.asks_remaining_life,
                }
                for sheet in sheets
                if not sheet.line_ids
                for point in sheet.template_id.line_ids
            ]
        )
        return sheets

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {"state", "done_by_id", "done_at", "ticket_id"}:
                raise UserError(
                    self.env._("A check sheet is finished with its button Done.")
                )
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        """Raise UserError where a sheet is finished: what was found stays as it is."""
        for sheet in self:
            if sheet.state != "draft":
                raise UserError(
                    self.env._(
                        "Check sheet %(sheet)s is done. What was found then stays; "
                        "begin a new sheet for what is found now.",
                        sheet=sheet.display_name,
                    )
                )

    # -- Steps --------------------------------------------------------------------

    def action_rest_ok(self):
        """State that every point not answered yet was checked and is in order."""
        self.ticket_id._check_role(*WRITERS)
        self._check_open()
        self.line_ids.filtered(lambda line: not line.result).write({"result": "ok"})

    def action_done(self):
        """Finish the sheet; it cannot be changed afterwards.

        :raises UserError: while a point has no answer, a defect is not described, or,
            on a final inspection, by whoever repaired (R-QC-02)
        """
        self.ticket_id._check_role(*WRITERS)
        self._check_open()
        for sheet in self:
            sheet._check_complete()
            if sheet.kind == "final":
                sheet.ticket_id._check_other_than_repairer()
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_at": fields.Datetime.now(),
            }
        )

    def _check_complete(self):
        """Raise UserError naming the points that still want an answer."""
        self.ensure_one()
        unanswered = self.line_ids.filtered(lambda line: not line.result)
        if unanswered:
            raise UserError(
                self.env._(
                    "Check sheet %(sheet)s: no result yet for %(points)s. Answer each "
                    "point; choose Not checked for what cannot be looked at.",
                    sheet=self.display_name,
                    points=", ".join(unanswered.mapped("name")),
                )
            )
        bare = self.line_ids.filtered(
            lambda line: (
                line.result in ("defect", "not_checked")
                and not line.note
                and not line.photo
            )
        )
        if bare:
            raise UserError(
                self.env._(
                    "Check sheet %(sheet)s: describe what is wrong, or why it was not "
                    "checked, by a note or a photo: %(points)s.",
                    sheet=self.display_name,
                    points=", ".join(bare.mapped("name")),
                )
            )
