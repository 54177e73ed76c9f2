from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools.sql import column_exists, create_column

# What signs a release. Only the named steps write it (in sudo, after their checks).
RELEASE_FIELDS = frozenset(
    {
        "aftersales_release_basis",
        "aftersales_requested_by",
        "aftersales_released_by",
        "aftersales_released_at",
        "aftersales_guarantor_id",
        "aftersales_ticket_id",
        "aftersales_loan_settled",
        "aftersales_old_part_received_by",
        "aftersales_old_part_received_at",
    }
)
# Slips that take parts out of the warehouse: they need a signature.
GATED_KINDS = ("issue", "loan")


class StockPicking(models.Model):
    """The slips of a ticket: issue, loan, return, old parts (R-PART-06, R-PART-09)."""

    _inherit = "stock.picking"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service Ticket",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        readonly=True,
    )
    aftersales_vehicle_id = fields.Many2one(
        related="aftersales_ticket_id.vehicle_id", string="Vehicle"
    )
    aftersales_kind = fields.Selection(
        [
            ("issue", "Parts issue"),
            ("loan", "Loan"),
            ("return", "Parts return"),
            ("loan_return", "Loan returned"),
            ("old_part", "Old parts"),
        ],
        string="Slip",
        compute="_compute_aftersales_kind",
        store=True,
        index="btree_not_null",
    )
    aftersales_release_basis = fields.Selection(
        [
            ("warranty", "Warranty"),
            ("paid", "Paid in advance"),
            ("credit", "Not yet paid"),
            ("internal", "Own cost"),
        ],
        string="Case",
        readonly=True,
        copy=False,
        help="Why the parts may leave: the three cases of the repair order "
        "(R-PART-02), or the company's own cost.",
    )
    aftersales_requested_by = fields.Many2one(
        "res.users", string="Asked for by", readonly=True, copy=False
    )
    aftersales_released_by = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )
    aftersales_released_at = fields.Datetime(
        string="Released on", readonly=True, copy=False
    )
    aftersales_guarantor_id = fields.Many2one(
        "res.users",
        string="Guarantor",
        readonly=True,
        copy=False,
        help="Who answers for the money of parts given on credit, or for the loan "
        "(R-PART-04).",
    )
    aftersales_due_date = fields.Date(
        string="Loan due",
        readonly=True,
        copy=False,
        help="When a part on loan is to be back.",
    )
    aftersales_loan_settled = fields.Boolean(
        string="Loan settled",
        readonly=True,
        copy=False,
        help="Every part of this loan is back or has been issued for good.",
    )
    aftersales_old_part_received_by = fields.Many2one(
        "res.users", string="Old part received by", readonly=True, copy=False
    )
    aftersales_old_part_received_at = fields.Datetime(
        string="Old part received", readonly=True, copy=False
    )

    _aftersales_ticket_named = models.Constraint(
        "CHECK(aftersales_kind IS NULL OR aftersales_ticket_id IS NOT NULL)",
        "An after-sales slip states its ticket: make it from the ticket.",
    )
    _aftersales_four_eyes = models.Constraint(
        "CHECK(aftersales_released_by IS NULL OR aftersales_requested_by IS NULL"
        " OR aftersales_released_by <> aftersales_requested_by)",
        "Whoever asks for parts cannot release them.",
    )
    _aftersales_guarantor_named = models.Constraint(
        "CHECK(aftersales_released_by IS NULL"
        " OR aftersales_release_basis <> 'credit'"
        " OR (aftersales_guarantor_id IS NOT NULL"
        " AND aftersales_guarantor_id <> aftersales_released_by))",
        "Parts that are not paid need a guarantor other than who releases them.",
    )

    def _auto_init(self):
        # Computing it would load every transfer of the database at installation,
        # and none of them is a slip.
        if not column_exists(self.env.cr, "stock_picking", "aftersales_kind"):
            create_column(self.env.cr, "stock_picking", "aftersales_kind", "varchar")
        return super()._auto_init()

    @api.depends("picking_type_id.aftersales_kind", "location_id")
    def _compute_aftersales_kind(self):
        for picking in self:
            kind = picking.picking_type_id.aftersales_kind
            if kind == "loan" and picking._aftersales_from_custody():
                kind = "loan_return"
            picking.aftersales_kind = kind

    def _aftersales_from_custody(self):
        """Return whether the slip takes its parts from the technicians' custody."""
        self.ensure_one()
        # sudo: the company's setting, read by every role
        custody = self.company_id.sudo().aftersales_custody_location_id
        return bool(custody) and self.location_id == custody

    @api.constrains("aftersales_ticket_id", "picking_type_id")
    def _check_aftersales_company(self):
        self.filtered("aftersales_ticket_id")._check_company(["aftersales_ticket_id"])

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        if not self.env.su and pickings.filtered("aftersales_released_by"):
            raise AccessError(
                self.env._("A slip is released by its own step, not by entry.")
            )
        return pickings

    def write(self, vals):
        if not self.env.su and RELEASE_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "Slip %(slip)s: ticket and release are written by the steps of "
                    "the slip, not by entry.",
                    slip=", ".join(self.mapped("name")),
                )
            )
        return super().write(vals)

    # -- The gate -------------------------------------------------------------------

    def _action_done(self):
        self._aftersales_check_released()
        return super()._action_done()

    def _aftersales_check_released(self):
        """Raise UserError for slips that take parts out without a signature.

        R-PART-01, R-PART-06; what was signed for is compared move by move in
        ``stock.move._aftersales_check_gate``.
        """
        for picking in self:
            if picking.aftersales_kind not in GATED_KINDS:
                continue
            if not picking.aftersales_released_by:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s of ticket %(ticket)s has not been released. "
                        "Ask Finance to release it first.",
                        slip=picking.name,
                        # sudo: the number only; a stock user may not read tickets
                        ticket=picking.sudo().aftersales_ticket_id.name,
                    )
                )

    def _create_backorder_picking(self):
        backorder = super()._create_backorder_picking()
        if self.aftersales_kind:
            # sudo: the rest of a released slip stays released; the release cannot be
            # written by who validates the slip
            slip = self.sudo()
            backorder.sudo().write(
                {
                    "aftersales_release_basis": slip.aftersales_release_basis,
                    "aftersales_requested_by": slip.aftersales_requested_by.id,
                    "aftersales_guarantor_id": slip.aftersales_guarantor_id.id,
                    "aftersales_released_by": slip.aftersales_released_by.id,
                    "aftersales_released_at": slip.aftersales_released_at,
                    "aftersales_due_date": slip.aftersales_due_date,
                }
            )
        return backorder

    def _send_confirmation_email(self):
        # A part handed over the counter to the workshop is no delivery to announce.
        return super(
            StockPicking, self.filtered(lambda picking: not picking.aftersales_kind)
        )._send_confirmation_email()

    # -- Helpers --------------------------------------------------------------------

    def _aftersales_check_role(self, *roles):
        """Raise AccessError unless the user sees slips and tickets and has the role.

        :param roles: short names of After-Sales groups
        """
        self.check_access("read")
        self.aftersales_ticket_id._check_role(*roles)

    def _aftersales_check_slip(self, *kinds):
        """Raise UserError unless all are open after-sales slips of ``kinds``."""
        for picking in self:
            if picking.aftersales_kind not in kinds:
                raise UserError(
                    self.env._(
                        "%(slip)s is not a slip this step is for.", slip=picking.name
                    )
                )
            if picking.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "Slip %(slip)s is done or cancelled already. Nothing is left "
                        "to do on it.",
                        slip=picking.name,
                    )
                )

    def _aftersales_lock(self):
        """Lock the slips against a second user, and read them anew.

        :raises UserError: naming the slips, when somebody else works on one
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Slip %(slip)s is being worked on by somebody else at this "
                    "moment. Look at it again before you go on.",
                    slip=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()
        self.move_ids.invalidate_recordset()
