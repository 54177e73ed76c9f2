import io

import xlsxwriter

from odoo import fields, http
from odoo.http import content_disposition, request

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Fields of a statement's items, and of open items, in the order of their columns.
ITEMS = (
    "name",
    "kind",
    "ticket_id",
    "partner_id",
    "guarantor_id",
    "date_invoice",
    "date_due",
    "days_overdue",
    "currency_id",
    "amount_currency",
    "amount",
    "amount_difference",
    "reason_id",
    "note",
)
AGEING = (
    "move_id",
    "kind",
    "ticket_id",
    "commercial_partner_id",
    "payer",
    "dealer_level_id",
    "guarantor_id",
    "collector_id",
    "date_invoice",
    "date_due",
    "days_overdue",
    "bucket",
    "disputed",
    "currency_id",
    "amount_residual_currency",
    "amount_residual",
)


class StatementExport(http.Controller):
    """Statements and the ageing of receivables as spreadsheets (F46).

    Whoever exports sees what he may read: nothing here asks for more.
    """

    @http.route("/aftersales/statement/<int:statement_id>/xlsx", auth="user")
    def export_statement(self, statement_id):
        """Return one statement, item by item; 404 where the user may not read it."""
        statement = request.env["aftersales.statement"].browse(statement_id).exists()
        if not statement or not statement.has_access("read"):
            raise request.not_found()
        return self._respond(statement.line_ids, ITEMS, statement.display_name)

    @http.route("/aftersales/receivables/xlsx", auth="user")
    def export_receivables(self):
        """Return the open items of the companies at work, as of now."""
        companies = request.env["res.company"].browse(
            int(company)
            for company in request.cookies.get("cids", "").split("-")
            if company.isdigit() and int(company) in request.env.user.company_ids.ids
        )
        companies = companies or request.env.company
        rows = request.env["aftersales.receivable"].search(
            [("company_id", "in", companies.ids)]
        )
        today = fields.Date.context_today(rows)
        name = request.env._("Receivables %(date)s", date=today)
        return self._respond(rows, AGEING, name)

    def _respond(self, records, names, title):
        """Return ``records`` as a sheet with a row of labels and one of sums."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False}
        ) as book:
            self._write(book, records, names)
        return request.make_response(
            buffer.getvalue(),
            headers=[
                ("Content-Type", TYPE),
                ("Content-Disposition", content_disposition(f"{title}.xlsx")),
            ],
        )

    def _write(self, book, records, names):
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "#,##0.00"})
        total = book.add_format({"num_format": "#,##0.00", "bold": True})
        described = records.fields_get(names, ["string", "selection", "type"])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            field = described[name]
            kind = field["type"]
            sheet.write(0, column, field["string"], bold)
            sheet.set_column(column, column, 16)
            chosen = dict(field.get("selection") or ())
            for row, record in enumerate(records, 1):
                value = record[name]
                if kind == "many2one":
                    # sudo: a name beside a figure the user may read
                    sheet.write(row, column, value.sudo().display_name or "")
                elif kind == "date":
                    sheet.write(row, column, value or "", day)
                elif kind == "monetary":
                    sheet.write(row, column, value, money)
                else:
                    sheet.write(row, column, chosen.get(value, value) or "")
            if kind == "monetary" and name not in (
                "amount_currency",
                "amount_residual_currency",
            ):
                sheet.write(len(records) + 1, column, sum(records.mapped(name)), total)
