from odoo import api, models
from odoo.fields import Domain

# States of tickets that somebody works on.
AT_WORK = ("assigned", "diagnosed", "quoted", "approved", "in_progress", "inspection")


class AftersalesDowntimeForm(models.AbstractModel):
    """Which forms go into the downtime kit, and how each is printed (R-BEY-18).

    A concern adds its forms by extending `_get_downtime_forms`.
    """

    _name = "aftersales.downtime.form"
    _description = "Forms for the Hours without a Computer"

    @api.model
    def _get_downtime_forms(self):
        """Return the forms of the kit, in the order of their numbers.

        :return: list of dicts: ``code`` (number of the form), ``name``, ``blank`` (XML
            id of a report on the company: the empty form), ``filled`` (XML id of the
            report of what is known already, or None), ``path`` (from the tickets to
            the records of that report), ``domain`` (which tickets; optional)
        """
        in_house = [("service_mode", "in", ("workshop", "factory"))]
        return [
            self._form(
                "F12",
                self.env._("Workshop Order"),
                "ticket_workshop_order",
                domain=in_house,
            ),
            self._form(
                "F13", self.env._("Additional Work"), "addition", "addition_ids"
            ),
            self._form("F14", self.env._("Repair Estimate"), "ticket_estimate"),
            self._form("F15", self.env._("Appointment Slip"), "appointment", None),
            self._form(
                "F16", self.env._("Appointment Register"), "appointment_register", None
            ),
            self._form(
                "F17", self.env._("Settlement Sheet"), "settlement", "settlement_ids"
            ),
            self._form("F18", self.env._("Diagnosis Report"), "ticket_diagnosis"),
            self._form("F19", self.env._("Gate Pass"), "gate_pass", "gate_pass_id"),
            self._form(
                "F20",
                self.env._("List of Items on Board"),
                "reception_items",
                "reception_id",
            ),
            self._form(
                "F21", self.env._("Key Register"), "reception_keys", "reception_id"
            ),
            self._form(
                "F22", self.env._("Check Sheet"), "inspection", "inspection_ids"
            ),
            self._form("F26", self.env._("Material Requisition"), "requisition"),
            self._form("F27", self.env._("Dispatch Report"), "dispatch", None),
            self._form(
                "F28",
                self.env._("Site Repair Record"),
                "site_record",
                "site_record_ids",
            ),
            self._form(
                "F30",
                self.env._("Follow-up Analysis Report"),
                "followup_analysis",
                None,
            ),
        ]

    @api.model
    def _form(self, code, name, report, path="", domain=None):
        """Return the entry of a form whose reports are named after our custom.

        :param report: what stands behind ``action_report_``; the empty form has
            ``_blank`` behind it
        :param path: from tickets to the records of the report; None: blank only
        """
        xmlid = f"aftersales.action_report_{report}"
        return {
            "code": code,
            "name": name,
            "blank": f"{xmlid}_blank",
            "filled": None if path is None else xmlid,
            "path": path,
            "domain": domain,
        }

    @api.model
    def _get_sorted_forms(self):
        """Return the forms in the order of their numbers, each once.

        An empty form that nobody has listed comes last: whatever is a report of the
        company named after our custom.
        """
        forms = {form["blank"]: form for form in self._get_downtime_forms()}
        # sudo: which reports there are is no secret
        further = (
            self.env["ir.actions.report"]
            .sudo()
            .search(
                [
                    ("model", "=", "res.company"),
                    ("report_name", "=like", "aftersales.%\\_blank"),
                ],
                order="name, id",
            )
        )
        for report in further:
            xmlid = report.get_external_id()[report.id]
            if xmlid not in forms:
                forms[xmlid] = {
                    "code": "",
                    "name": report.name.split(",")[0],
                    "blank": xmlid,
                    "filled": None,
                    "path": None,
                    "domain": None,
                }
        return sorted(forms.values(), key=lambda form: form["code"] or "~")

    @api.model
    def _get_tickets_at_work(self, company):
        """Return the tickets whose cards are printed ahead: all that are at work."""
        return self.env["aftersales.ticket"].search(
            Domain("company_id", "=", company.id) & Domain("state", "in", AT_WORK)
        )

    @api.model
    def _get_form_records(self, form, tickets):
        """Return the records that the filled ``form`` is printed for."""
        if form["domain"]:
            tickets = tickets.filtered_domain(form["domain"])
        return tickets.mapped(form["path"]) if form["path"] else tickets

    @api.model
    def _get_blank(self, model, company, **vals):
        """Return a record of ``model`` that is kept nowhere and says nothing.

        The forms are printed for it, to be filled in by hand.
        """
        records = self.env[model]
        empty = {
            name: False
            for name, field in records._fields.items()
            if field.default and not field.compute
        }
        return records.new({**empty, "company_id": company.id, **vals})
