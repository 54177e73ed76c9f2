from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """What the parts keeper does with a slip: hand out, take back, give up."""

    _inherit = "stock.picking"

    def action_aftersales_issue(self):
        """Open the slip for handing out or taking back (parts keeper; R-PART-06).

        :raises UserError: for a slip that is not released, done or cancelled
        :return: the action that opens the wizard
        """
        self.ensure_one()
        self._aftersales_check_role("parts_keeper")
        self._aftersales_check_slip("issue", "loan", "return", "loan_return")
        self._aftersales_check_released()
        wizard = self.env["aftersales.parts.issue"].create({"picking_id": self.id})
        wizard._fill_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Slip %(slip)s", slip=self.name),
            "res_model": "aftersales.parts.issue",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _aftersales_process(self, entries):
        """Move what the keeper has counted; the rest stays open on a slip of its own.

        :param entries: list of ``(move, quantity in the move's unit, lot or empty)``
        :raises UserError: when somebody else works on the slip, it is done already,
            nothing is entered, or the gate refuses
        :raises AccessError: for anybody but a parts keeper of the company
        """
        self.ensure_one()
        self._aftersales_check_role("parts_keeper")
        # sudo: the parts keeper has no stock rights; role and access are checked
        # above, state and release below, on rows nobody else can change meanwhile
        slip = self.sudo().with_company(self.company_id)
        slip._aftersales_lock()
        slip._aftersales_check_slip("issue", "loan", "return", "loan_return")
        slip._aftersales_check_released()
        slip._aftersales_check_entries(entries)
        moves = slip._aftersales_open_moves()
        moves.move_line_ids.unlink()
        self.env["stock.move.line"].sudo().create(
            slip._prepare_aftersales_counted_vals(
                [
                    (move, quantity, lot)
                    for move, quantity, lot in entries
                    if not move.product_uom.is_zero(quantity)
                ]
            )
        )
        slip.with_context(skip_backorder=True, skip_sms=True).button_validate()
        if slip.state != "done":
            raise UserError(
                self.env._(
                    "Slip %(slip)s could not be completed. Check the quantities and "
                    "numbers on its lines.",
                    slip=slip.name,
                )
            )
        return True

    def _aftersales_check_entries(self, entries):
        """Raise UserError for negative or missing quantities, numbers that are missing
        or another part's, or foreign moves."""
        self.ensure_one()
        for move, quantity, lot in entries:
            if move.picking_id != self or move.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: %(product)s is not open on this slip.",
                        slip=self.name,
                        product=move.product_id.display_name,
                    )
                )
            if move.product_uom.compare(quantity, 0) < 0:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: the quantity of %(product)s cannot be "
                        "negative. Use a return slip to take parts back.",
                        slip=self.name,
                        product=move.product_id.display_name,
                    )
                )
            if (
                not lot
                and move.product_id.tracking != "none"
                and not move.product_uom.is_zero(quantity)
            ):
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: choose the number of %(product)s on each of "
                        "its lines; it is told apart by its numbers.",
                        slip=self.name,
                        product=move.product_id.display_name,
                    )
                )
            if lot and lot.product_id != move.product_id:
                raise UserError(
                    self.env._(
                        "Slip %(slip)s: %(lot)s is no number of %(product)s.",
                        slip=self.name,
                        lot=lot.name,
                        product=move.product_id.display_name,
                    )
                )
        if all(move.product_uom.is_zero(quantity) for move, quantity, __ in entries):
            raise UserError(
                self.env._(
                    "Slip %(slip)s: enter how much goes out or comes back.",
                    slip=self.name,
                )
            )

    def _prepare_aftersales_counted_vals(self, entries):
        """Return the values of the move lines for what the keeper has counted.

        What leaves stock is taken from where it lies: shelf, package and owner.

        :param entries: list of ``(move, quantity in the move's unit, lot or empty)``
        :raises UserError: when there is less
        """
        vals_list = []
        taken = defaultdict(float)
        for move, quantity, lot in entries:
            vals = self._prepare_aftersales_move_line_vals(move, quantity, lot)
            product, location = move.product_id, move.location_id
            if not product.is_storable or location.should_bypass_reservation():
                vals_list.append(vals)
                continue
            shelves = move._aftersales_find_stock(quantity, lot, taken)
            for quant, part in shelves:
                place = {
                    "location_id": quant.location_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                }
                if len(shelves) > 1:
                    place |= {"quantity": part, "product_uom_id": product.uom_id.id}
                vals_list.append({**vals, **place})
        return vals_list

    def _prepare_aftersales_move_line_vals(self, move, quantity, lot):
        """Return the values of the move line for what the keeper has counted."""
        return {
            "move_id": move.id,
            "picking_id": self.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "quantity": quantity,
            "lot_id": lot.id if lot else False,
            "picked": True,
        }

    def _aftersales_ask_more(self, quantities):
        """Raise the demand of the slip; it then waits for a new release.

        Who enters more than was asked for becomes the one who asks: he cannot be the
        one who releases it.

        :param quantities: dict of move -> quantity in the move's unit
        """
        self.ensure_one()
        self._aftersales_check_role("parts_keeper", "technician", "advisor")
        # sudo: no stock rights needed; role and access are checked above
        slip = self.sudo()
        slip._aftersales_lock()
        slip._aftersales_check_slip("issue", "loan")
        raised = False
        for move, quantity in quantities.items():
            if move.picking_id != slip:
                continue
            if move.product_uom.compare(quantity, move.product_uom_qty) > 0:
                move.product_uom_qty = quantity
                raised = True
        if not raised:
            raise UserError(
                self.env._(
                    "Slip %(slip)s: nothing goes beyond what was asked for. Enter more "
                    "than that for the part that is needed, or just hand it out.",
                    slip=slip.name,
                )
            )
        slip._aftersales_reset_release()
        slip.aftersales_requested_by = self.env.uid
        slip._aftersales_open_moves()._action_assign()
        return True

    def action_aftersales_cancel(self):
        """Give up what is still open on these slips.

        For who asked for the parts, the parts keeper and the service advisor.

        :raises UserError: when a slip is done or cancelled
        """
        self._aftersales_check_role("technician", "advisor", "parts_keeper")
        self._aftersales_check_slip("issue", "loan", "return", "loan_return")
        # sudo: no stock rights needed; role, access and state are checked above
        slips = self.sudo()
        slips._aftersales_lock()
        slips._aftersales_check_slip("issue", "loan", "return", "loan_return")
        slips.action_cancel()
        return True

    @api.readonly
    def action_aftersales_print(self):
        """Print the slips (F31, F32)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_parts_slip").report_action(self)

    def _aftersales_remind_loan(self):
        """Remind the borrowers of these loans; it waits for the due day (R-PART-17)."""
        for slip in self.with_context(mail_activity_quick_update=True):
            slip.aftersales_ticket_id.activity_schedule(
                "aftersales.activity_loan",
                date_deadline=slip.aftersales_due_date,
                summary=slip.name,
                user_id=slip.aftersales_requested_by.id,
            )

    def _aftersales_settle_loans(self):
        """Tick off those of these loans of which nothing is out any more."""
        for slip in self:
            lines = slip.move_ids.aftersales_line_id
            lines.invalidate_recordset(["qty_on_loan"])
            if all(line.product_uom_id.is_zero(line.qty_on_loan) for line in lines):
                slip.aftersales_loan_settled = True
        for ticket in self.aftersales_ticket_id:
            loans = ticket.picking_ids.filtered(
                lambda p: p.aftersales_kind == "loan" and p.state == "done"
            )
            if all(loans.mapped("aftersales_loan_settled")):
                ticket.activity_unlink(["aftersales.activity_loan"])

    def _aftersales_stamp_old_part(self):
        """Mark issue slips "old part received" (R-OLD-01)."""
        self.write(
            {
                "aftersales_old_part_received_by": self.env.uid,
                "aftersales_old_part_received_at": fields.Datetime.now(),
            }
        )
