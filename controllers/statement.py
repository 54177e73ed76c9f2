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
# In the currency of each item: not to be added up.
FOREIGN = ("amount_currency", "amount_residual_currency")
# Columns in characters, by type of field.
WIDTHS = {"many2one": 24, "char": 24, "text": 36, "date": 12, "integer": 10}


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

    def _respond(self, records, names, title, counted=None):
        """Return ``records`` as a sheet with a row of labels and one of sums.

        :param names: fields, in the order of the columns
        :param counted: what is summed up; all of them unless told otherwise
        """
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False}
        ) as book:
            self._write(book, records, names)
            self._write_totals(book, records if counted is None else counted, names)
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
        described = records.fields_get(names, ["string", "selection", "type"])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            field = described[name]
            kind = field["type"]
            sheet.write(0, column, field["string"], bold)
            sheet.set_column(column, column, WIDTHS.get(kind, 16))
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

    def _write_totals(self, book, records, names):
        """Sum up what is in a company's currency, below the rows; currencies apart."""
        [sheet] = book.worksheets()
        bold = book.add_format({"bold": True})
        total = book.add_format({"num_format": "#,##0.00", "bold": True})
        summed = [
            (column, name)
            for column, name in enumerate(names)
            if records._fields[name].type == "monetary" and name not in FOREIGN
        ]
        last = sheet.dim_rowmax
        by_currency = records.grouped(lambda record: record.company_id.currency_id)
        for row, (currency, mine) in enumerate(by_currency.items(), last + 1):
            label = request.env._("Total")
            if len(by_currency) > 1:
                label = f"{label} {currency.name}"
            sheet.write(row, 0, label, bold)
            for column, name in summed:
                amount = currency.round(sum(mine.mapped(name)))
                sheet.write(row, column, amount, total)
