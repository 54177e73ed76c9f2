from odoo import models


class AftersalesWarrantyClaimLine(models.Model):
    """What is looked at for each line before its claim goes out (R-BEY-09)."""

    _inherit = "aftersales.warranty.claim.line"

    def _get_use_problem(self):
        """Say when the work is not agreed or the part not used; empty: all is well."""
        self.ensure_one()
        source = self.ticket_line_id
        if source.approval != "approved" or source.payer != "warranty":
            return self.env._("is no agreed warranty work any more. Take it off.")
        if source.line_type == "operation" and not source.is_done:
            return self.env._("is not ticked off as done.")
        if source._is_stock_part() and source.product_uom_id.compare(
            source.qty_used, self.quantity
        ):
            return self.env._(
                "%(claimed)s claimed, %(used)s used. Correct the quantity.",
                claimed=self.quantity,
                used=source.qty_used,
            )
        return ""

    def _get_duplicate_problem(self, others):
        """Say when the same was claimed for this vehicle a short while ago.

        :param others: lines of other claims, same vehicle, product and kind
        """
        self.ensure_one()
        others = (others or self).filtered(
            lambda line: (
                line.claim_id != self.claim_id
                and line.ticket_line_id != self.ticket_line_id
                and line.answer != "rejected"
            )
        )
        if not others or self.duplicate_reason:
            return ""
        return self.env._(
            "claimed on %(date)s with %(claim)s already. Take it off, or say on the "
            "line why once more.",
            date=others[0].claim_id.submitted_at.date(),
            claim=others[0].claim_id.name,
        )

    def _get_labour_problem(self, hour):
        """Say when more hours are claimed than the standard of the operation allows.

        :param hour: the unit of standard hours
        """
        self.ensure_one()
        source = self.ticket_line_id
        standard = source.product_id.aftersales_standard_hours
        percent = self.company_id.aftersales_claim_labour_percent
        unit = source.product_uom_id
        if (
            self.claim_id.kind != "maker"
            or source.line_type != "operation"
            or not standard
            or not percent
            or not unit._has_common_reference(hour)
        ):
            return ""
        hours = unit._compute_quantity(self.quantity, hour, round=False)
        limit = standard * percent / 100
        if hour.compare(hours, limit) <= 0:
            return ""
        return self.env._(
            "%(hours)s h claimed, %(limit)s h are allowed. Lower quantity and amount.",
            hours=hours,
            limit=limit,
        )

    def _get_old_part_problem(self):
        """Say when the old part of a part that must come back is owed by nobody."""
        self.ensure_one()
        source = self.ticket_line_id
        if not source._is_stock_part() or not source.qty_used:
            return ""
        wanted = source._must_recover_old_part()
        kept = source.part_return_ids.filtered(lambda item: item.state != "cancelled")
        if not wanted or kept:
            return ""
        return self.env._(
            "its old part is on no list. Have the parts keeper enter it, or let "
            "Finance waive it."
        )

    # -- What is printed ---------------------------------------------------------------

    def _get_numbers(self):
        """Return the serial numbers of the new parts, as text for the claim sheet."""
        self.ensure_one()
        # sudo: movements of stock, of which only the numbers are shown
        moves = self.sudo().ticket_line_id.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.picking_id.aftersales_kind == "issue"
            )
        )
        return ", ".join(moves.lot_ids.mapped("name"))

    def _get_old_part_state(self):
        """Return where the old part is, as text for the claim sheet."""
        self.ensure_one()
        items = self.ticket_line_id.part_return_ids.filtered(
            lambda item: item.state != "cancelled"
        )
        labels = dict(items._fields["state"]._description_selection(self.env))
        return ", ".join(labels[item.state] for item in items)
