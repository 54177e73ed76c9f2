from odoo import models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from .aftersales_ticket_settlement import OUR_MODES

# From here on there is something to take home.
COPY_STATES = ("ready", "delivered", "closed")


class AftersalesTicket(models.Model):
    """The customer's copy: all documents of a ticket in one file (R-SETT-12)."""

    _inherit = "aftersales.ticket"

    def _get_customer_copy(self):
        """Hook: the documents that the customer takes home, in their order. In sudo.

        :return: list of tuples (XML id of a report, records it is printed for); what
            has no records is left out
        """
        self.ensure_one()
        settlement = self.settlement_id
        invoices = self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.commercial_partner_id == self.partner_id.commercial_partner_id
                and move._aftersales_is_customers()
            )
        )
        order = "workshop_order" if self.service_mode in OUR_MODES else "repair_order"
        sheets = self.inspection_ids.filtered(lambda sheet: sheet.state == "done")
        return [
            (f"aftersales.action_report_ticket_{order}", self),
            (
                "aftersales.action_report_reception_items",
                self.reception_id.filtered(lambda r: r.state == "done"),
            ),
            (
                "aftersales.action_report_ticket_diagnosis",
                self.filtered("cause"),
            ),
            (
                "aftersales.action_report_addition",
                self.addition_ids.filtered(lambda a: a.state in ("answered", "done")),
            ),
            ("aftersales.action_report_inspection", sheets),
            ("aftersales.action_report_site_record", self.site_record_ids),
            (
                "aftersales.action_report_settlement",
                settlement.filtered(lambda s: s.state == "settled"),
            ),
            ("account.account_invoices", invoices),
            ("aftersales.action_report_guarantee_card", self),
            ("aftersales.action_report_gate_pass", self.gate_pass_id),
        ]

    def _has_customer_copy(self):
        """Whether there is something to take home yet."""
        self.ensure_one()
        return self.state in COPY_STATES

    def _check_copy_state(self):
        """Raise UserError before the work is finished."""
        if not self._has_customer_copy():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the customer's copy is printed once the work "
                    "is finished.",
                    ticket=self.name,
                )
            )

    def _render_customer_copy(self):
        """Return the customer's copy of this ticket as one PDF.

        :raises UserError: before the work is finished
        """
        self._check_copy_state()
        # sudo: the customer has no rights on the documents; whose ticket it is was
        # checked by the caller, and only the customer's own papers are chosen
        ticket = self.sudo()
        reports = self.env["ir.actions.report"].sudo()
        return merge_pdf(
            [
                reports._render_qweb_pdf(xmlid, records.ids)[0]
                for xmlid, records in ticket._get_customer_copy()
                # A form that was taken away is left out.
                if records and self.env.ref(xmlid, raise_if_not_found=False)
            ]
        )

    def action_customer_copy(self):
        """Fetch all documents of this ticket for the customer, in one PDF (R-SETT-12).

        :raises AccessError: without the role Service advisor or Finance
        :raises UserError: before the work is finished
        """
        self.ensure_one()
        self._check_role("advisor", "finance")
        self._check_copy_state()
        return {
            "type": "ir.actions.act_url",
            "url": f"/my/tickets/{self.id}/copy",
            "target": "download",
        }
