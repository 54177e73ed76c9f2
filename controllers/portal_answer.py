from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class AftersalesOrderPortal(CustomerPortal):
    """The payer answers the lines of his order one by one (R-BEY-06)."""

    @route(
        ["/my/orders/<int:order_id>/aftersales/answer"],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def aftersales_answer_line(
        self,
        order_id,
        line_id=None,
        choice=None,
        reason_id=None,
        access_token=None,
        **kwargs,
    ):
        """Note a Yes, a No or a Later to one line; the order follows.

        :return: dict ``amount`` (the new total), or ``error`` in words
        """
        # As Odoo's own page does: the link's token, or the visitor's own rights.
        try:
            order = self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return {"error": request.env._("This order is not yours to answer.")}
        if not self._aftersales_may_answer():
            return {"error": request.env._("This order is not yours to answer.")}
        try:
            with request.env.cr.savepoint():
                order._aftersales_choose(line_id, choice, reason_id)
        except UserError as error:
            return {"error": str(error)}
        return {"amount": order.amount_total}

    def _aftersales_may_answer(self):
        """Whether the visitor may answer: the payer's side, or the office that hands
        him its screen (service advisor or sales)."""
        user = request.env.user
        return (
            user.share
            or user.has_group("aftersales.group_aftersales_advisor")
            or user.has_group("sales_team.group_sale_salesman")
        )

    @route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """Refuse everything; the reason chosen is noted on the lines (R-BEY-07)."""
        response = super().portal_quote_decline(
            order_id,
            access_token=access_token,
            decline_message=decline_message,
            **kwargs,
        )
        try:
            order = self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return response
        if order.aftersales_ticket_id and order.state == "cancel":
            order._aftersales_note_reason(
                kwargs.get("aftersales_reason"), decline_message
            )
        return response
