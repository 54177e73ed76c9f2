from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOperation(models.Model):
    """Who dispatched the job when; jobs change places (R-DISP-07, R-DISP-11)."""

    _inherit = "aftersales.operation"

    dispatched_at = fields.Datetime(readonly=True, copy=False)
    dispatched_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    objection_ids = fields.One2many("aftersales.objection", "operation_id")
    tools_needed = fields.Text(
        related="line_id.product_id.aftersales_tools", string="Tools and Instruments"
    )
    document_ids = fields.Many2many(
        "ir.attachment",
        compute="_compute_document_ids",
        string="Documents",
        help="Repair documents of the operation and of the vehicle's model "
        "(R-WORK-03).",
    )
    model_document_url = fields.Char(
        related="vehicle_id.model_id.aftersales_document_url",
        string="Manual of the Model",
        related_sudo=True,
    )

    @api.depends("line_id.product_id", "vehicle_id.model_id")
    def _compute_document_ids(self):
        # sudo: papers that hang on operations and models are there for whoever works
        products = self.sudo().line_id.product_id
        Attachment = self.env["ir.attachment"].sudo()
        found = Attachment.search(
            [
                "|",
                "&",
                ("res_model", "=", "product.template"),
                ("res_id", "in", products.product_tmpl_id.ids),
                "|",
                "&",
                ("res_model", "=", "product.product"),
                ("res_id", "in", products.ids),
                "&",
                ("res_model", "=", "fleet.vehicle.model"),
                ("res_id", "in", self.sudo().vehicle_id.model_id.ids),
                ("res_field", "=", False),
            ]
        )
        papers = found.grouped(lambda paper: (paper.res_model, paper.res_id))
        for operation in self:
            product = operation.sudo().line_id.product_id
            model = operation.sudo().vehicle_id.model_id
            keys = [
                ("product.template", product.product_tmpl_id.id),
                ("product.product", product.id),
                ("fleet.vehicle.model", model.id),
            ]
            operation.document_ids = Attachment.union(
                *(papers.get(key, Attachment) for key in keys)
            ).with_env(self.env)

    def _open_groups(
        self, *, auto_unfold, opening_info, unfold_read_default_limit, **kwargs
    ):
        """Show the board's column of jobs nobody has yet open; Odoo folds it.

        They are what the dispatcher looks for first (R-DISP-04).
        """
        if auto_unfold and not opening_info:
            unassigned = {
                "value": False,
                "folded": False,
                "limit": unfold_read_default_limit,
                "offset": 0,
            }
            opening_info = kwargs["parent_opening_info"] = [unassigned]
        return super()._open_groups(
            auto_unfold=auto_unfold,
            opening_info=opening_info,
            unfold_read_default_limit=unfold_read_default_limit,
            **kwargs,
        )

    def _after_dispatch(self):
        result = super()._after_dispatch()
        given = self.filtered("technician_id")
        # sudo: the stamps are the step's, whoever may plan may take it
        given.sudo().write(
            {"dispatched_at": fields.Datetime.now(), "dispatched_by_id": self.env.uid}
        )
        return result

    def action_swap_bays(self):
        """Let two jobs change their bays, each with its whole ticket there.

        :raises UserError: unless two jobs in two bays were chosen, or when one of the
            bays is taken by a third vehicle at that time (R-DISP-07)
        """
        self._check_dispatcher()
        if len(self) != 2 or len(self.bay_id) != 2:
            raise UserError(
                self.env._("Choose two jobs that stand in two different bays.")
            )
        first, second = self
        first_bay, second_bay = first.bay_id, second.bay_id
        # Out of the way first, or each would find the other in its place.
        self.write({"bay_id": False})
        first.bay_id = second_bay
        second.bay_id = first_bay

    def action_protection(self):
        """Open the checklist that protects vehicle and people (R-WORK-06).

        Begun with the first job; one open sheet a ticket.
        """
        self.ensure_one()
        sheet = self.ticket_id._create_check_sheet("protection")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.inspection_action"
        )
        action.update(res_id=sheet.id, views=[(False, "form")], context={})
        return action

    def action_object(self):
        """Open a note of objection to this job, when it is done (R-DISP-05)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Objection"),
            "res_model": "aftersales.objection",
            "view_mode": "form",
            "target": "new",
            "context": {"default_operation_id": self.id},
        }

    # -- Several teams -----------------------------------------------------------------

    @api.model
    def _create_for_lines(self, lines):
        # sudo: the payer's own signature in the portal comes here, too
        tickets = lines.ticket_id.sudo()
        tickets._note_several_teams()
        result = super()._create_for_lines(lines)
        tickets.filtered("needs_several_teams")._pass_to_supervisor()
        return result

    def _prepare_operation_vals(self, line):
        vals = super()._prepare_operation_vals(line)
        if line.ticket_id.needs_several_teams:
            # The supervisor says which team does what (R-DISP-01).
            vals.update(team_id=False, technician_id=False, state="waiting")
        if vals["technician_id"]:
            # Given out with the ticket: that, too, is a dispatch.
            vals.update(
                dispatched_at=fields.Datetime.now(), dispatched_by_id=self.env.uid
            )
        return vals
