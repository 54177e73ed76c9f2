import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools.pdf import merge_pdf


class AftersalesDowntime(models.TransientModel):
    """Print the forms for the hours without a computer, in one file (R-BEY-18)."""

    _name = "aftersales.downtime"
    _description = "Downtime Kit"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.user.lang or "en_US",
        help="Of the empty forms. What belongs to a ticket is in its customer's.",
    )
    ticket_ids = fields.Many2many(
        "aftersales.ticket",
        string="Tickets",
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._default_ticket_ids(),
        help="Their forms are printed with all that is known by now.",
    )
    line_ids = fields.One2many(
        "aftersales.downtime.line",
        "downtime_id",
        string="Forms",
        default=lambda self: self._default_line_ids(),
    )
    kit = fields.Binary("File", readonly=True, attachment=False)
    kit_name = fields.Char(compute="_compute_kit_name")

    @api.model
    def _default_ticket_ids(self):
        if self.env.context.get("active_model") == "aftersales.ticket":
            return self.env.context.get("active_ids", [])
        return self.env["aftersales.downtime.form"]._get_tickets_at_work(
            self.env.company
        )

    @api.model
    def _default_line_ids(self):
        copies = self.env.company.aftersales_downtime_copies
        return [
            Command.create(
                {
                    "form": form["blank"],
                    "copies": copies,
                    "is_filled": bool(form["filled"]),
                }
            )
            for form in self.env["aftersales.downtime.form"]._get_sorted_forms()
        ]

    @api.depends("company_id")
    def _compute_kit_name(self):
        today = fields.Date.context_today(self)
        for kit in self:
            kit.kit_name = self.env._("Downtime kit %(date)s.pdf", date=today)

    def action_print(self):
        """Print the empty forms and those of the tickets into one file.

        :raises AccessError: without the role Service advisor or Dispatcher
        :raises UserError: when no form is chosen
        :return: the action that fetches the file
        """
        self.ensure_one()
        if not any(
            self.env.user.has_group(f"aftersales.group_aftersales_{role}")
            for role in ("advisor", "dispatcher")
        ):
            raise AccessError(
                self.env._("Service advisors and dispatchers print the downtime kit.")
            )
        self.ticket_ids.check_access("read")
        documents = self._get_documents()
        if not documents:
            raise UserError(
                self.env._(
                    "Choose a form to print: enter how many empty copies you need, or "
                    "tick the forms of the tickets."
                )
            )
        self.kit = base64.b64encode(merge_pdf(documents))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/kit/{self.kit_name}"
            "?download=true",
            "target": "download",
        }

    def _get_documents(self):
        """Return the PDFs of the kit: the forms of the tickets first, then the empty.

        A form that is printed several times is rendered once.
        """
        self.ensure_one()
        Form = self.env["aftersales.downtime.form"]
        forms = {form["blank"]: form for form in Form._get_sorted_forms()}
        filled, empty = [], []
        for line in self.line_ids:
            form = forms[line.form]
            records = self.env["aftersales.ticket"]
            if line.is_filled and form["filled"]:
                records = Form._get_form_records(form, self.ticket_ids)
            if records:
                filled.append(self._render(form["filled"], records))
            if line.copies > 0:
                empty += [self._render(form["blank"], self.company_id)] * line.copies
        return filled + empty

    def _render(self, xmlid, records):
        """Return the PDF of a report."""
        reports = self.env["ir.actions.report"].with_context(lang=self.lang)
        return reports._render_qweb_pdf(xmlid, records.ids)[0]
