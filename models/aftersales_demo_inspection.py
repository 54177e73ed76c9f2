from odoo import api, models

# Percent left of what wears, point by point.
LIFE = (55, 70, 40)
# What the first sheet of the story finds, and what is done about it.
FAULT = "Coolant seeps at the new hose"
MEASURE = "Hose clamp replaced and tightened, system bled again"


class AftersalesDemo(models.AbstractModel):
    """The inspector's part of the story."""

    _inherit = "aftersales.demo"

    @api.model
    def _inspect(self, ticket):
        """Inspect finished work; what does not pass is reworked and passes then."""
        sheet = self._fill_final_sheet(ticket)
        fails = not self.env["aftersales.nonconformity"].search([], limit=1)
        if fails:
            # Tightness
            sheet.line_ids[3:4].write({"result": "defect", "note": FAULT})
        sheet.action_rest_ok()
        sheet.action_done()
        inspected = ticket.with_user(self._user("inspector"))
        if fails:
            inspected.action_fail_inspection()
            technical = ticket.with_user(ticket.technician_id)
            technical.nonconformity_ids.measure = MEASURE
            technical.nonconformity_ids.action_reworked()
            technical.action_self_check()
            technical.action_finish()
            sheet = self._fill_final_sheet(ticket)
            sheet.action_rest_ok()
            sheet.action_done()
        inspected.action_pass_inspection()

    def _fill_final_sheet(self, ticket):
        """Return the inspector's sheet with road test and remaining life."""
        inspector = self._user("inspector")
        sheet = (
            self.env["aftersales.inspection"]
            .with_user(inspector)
            .browse(ticket.with_user(inspector).action_final_inspection()["res_id"])
        )
        sheet.write(
            {
                "road_test_needed": True,
                "road_test_distance": 5,
                "road_test_result": "ok",
            }
        )
        wearing = sheet.line_ids.filtered("asks_remaining_life")
        for point, percent in zip(wearing, LIFE, strict=False):
            point.remaining_life = percent
        return sheet

    def _step_invoice(self, ticket, lines, options):
        self._take_over(ticket)
        return super()._step_invoice(ticket, lines, options)

    def _take_over(self, ticket):
        """The finished vehicle is cleaned, parked and given to the adviser."""
        handover = ticket.internal_handover_ids.with_user(self._user("inspector"))
        if handover:
            handover.action_cleaned()
            handover.action_all_checked()
            handover.place = self.env._("Row 2")
            handover.action_hand_over()
            handover.with_user(self._user("advisor")).action_take_over()
