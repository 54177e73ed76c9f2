from odoo import models


class AftersalesTicket(models.Model):
    """The one trace: symptom, check, line, decision, part, claim, money (R-BEY-11)."""

    _name = "aftersales.ticket"
    _inherit = ["aftersales.ticket", "aftersales.trace.mixin"]

    def _get_trace_tickets(self):
        return self

    def _get_trace(self):
        """Return the chain of one ticket, for page and print.

        Each link is ``{"text", "record"}``; ``record`` is empty where the reader may
        not open it. Amounts of money are not told, the states of payment are.

        :return: dict: ``symptoms``, ``findings``, ``quality`` lists of links, ``rows``
            one dict of lists of links for each line: ``line``, ``decision``, ``parts``,
            ``old_parts``, ``claims``, ``invoices``, ``payments``
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the chain runs through records of other roles; names and dates only
        ticket = self.sudo()
        return {
            "symptoms": ticket._get_trace_symptoms(self),
            "findings": ticket._get_trace_findings(self),
            "rows": [line._get_trace_row(self) for line in ticket.line_ids],
            "quality": [
                self._trace_link(item, item.name, item.state)
                for item in ticket.nonconformity_ids
            ],
        }

    def _trace_link(self, record, *texts):
        """Return one link: its words, and the record when this user may open it.

        A text that is a key of the record's ``state`` is shown as its label.
        """
        state = record._fields.get("state")
        labels = dict(state._description_selection(self.env)) if state else {}
        own = record.with_env(self.env)
        return {
            "text": " · ".join(str(labels.get(text, text)) for text in texts if text),
            "record": own if own._filtered_access("read") else own.browse(),
        }

    def _get_trace_symptoms(self, reader):
        """Return complaint, codes and trials as links (in sudo)."""
        self.ensure_one()
        links = [reader._trace_link(self, self.name, self.complaint)]
        links += [
            reader._trace_link(code, code.display_name) for code in self.fault_code_ids
        ]
        links += [
            reader._trace_link(step, step.symptom, step.name, step.result)
            for step in self.diagnosis_step_ids
        ]
        if self.cause:
            links.append(reader._trace_link(self, self.cause))
        if self.correction:
            links.append(reader._trace_link(self, self.correction))
        return links

    def _get_trace_findings(self, reader):
        """Return the checked points with a defect as links (in sudo)."""
        self.ensure_one()
        return [
            reader._trace_link(
                point.inspection_id,
                point.name,
                point.note,
                point.ticket_line_id.name,
            )
            for point in self.inspection_ids.line_ids
            if point.result == "defect" or point.ticket_line_id
        ]
