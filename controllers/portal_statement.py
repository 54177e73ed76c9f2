import binascii

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.aftersales_statement_portal import PORTAL_STATES
from .portal import AftersalesPortal


class AftersalesStatementPortal(AftersalesPortal):
    """A customer or dealer looks at his statements, says what differs, and signs."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "aftersales_statement_count" in counters:
            statements = request.env["aftersales.statement"]
            values["aftersales_statement_count"] = (
                statements.search_count(self._aftersales_statement_domain())
                if statements.has_access("read")
                else 0
            )
        return values

    def _aftersales_statement_domain(self):
        """Limit everybody, employees as well, to what was laid before his company."""
        return self._aftersales_own_domain("aftersales.statement") & Domain(
            "state", "in", PORTAL_STATES
        )

    def _aftersales_get_statement(self, statement_id, access_token):
        """Return the statement of the visitor's login or link, in sudo.

        :raises AccessError: for others, and as long as nobody is asked
        """
        statement = self._document_check_access(
            "aftersales.statement", statement_id, access_token
        )
        if statement.kind == "guarantor" or statement.state not in PORTAL_STATES:
            raise AccessError(request.env._("There is nothing to confirm here."))
        return statement

    @route(
        ["/my/statements", "/my/statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_statements(self, page=1, **kwargs):
        """List the statements of the customer or dealer, the newest first."""
        values = self._prepare_portal_layout_values()
        Statement = request.env["aftersales.statement"]
        if not Statement.has_access("read"):
            return request.redirect("/my")
        domain = self._aftersales_statement_domain()
        pager = portal_pager(
            url="/my/statements",
            total=Statement.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        statements = Statement.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        request.session["my_statements_history"] = statements.ids[:100]
        values.update(
            statements=statements,
            page_name="aftersales_statement",
            default_url="/my/statements",
            pager=pager,
        )
        return request.render("aftersales.portal_my_statements", values)

    @route(
        ["/my/statements/<int:statement_id>"], type="http", auth="public", website=True
    )
    def portal_my_statement(
        self,
        statement_id,
        access_token=None,
        report_type=None,
        download=False,
        error=None,
        **kwargs,
    ):
        """Show one statement, or print it (``report_type``)."""
        try:
            statement = self._aftersales_get_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=statement,
                report_type=report_type,
                report_ref="aftersales.action_report_statement",
                download=download,
            )
        values = {
            "statement": statement,
            "page_name": "aftersales_statement",
            "may_answer": statement.state == "sent" and self._aftersales_is_asked(),
            "waiting": statement._get_waiting(),
            "reasons": statement._get_reasons(),
            "seen": statement._get_seen(),
            # The item whose answer was not understood.
            "error": error,
        }
        values = self._get_page_view_values(
            statement, access_token, values, "my_statements_history", False, **kwargs
        )
        return request.render("aftersales.portal_my_statement", values)

    @route(
        ["/my/statements/<int:statement_id>/differ"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_statement_differ(
        self,
        statement_id,
        access_token=None,
        line_id=None,
        said=None,
        reason_id=None,
        note=None,
        **kwargs,
    ):
        """Note that an item differs, by how much and why."""
        try:
            statement = self._aftersales_get_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        query = ""
        asked = {str(line.id) for line in statement.line_ids}
        line_id = line_id if line_id in asked else ""
        if self._aftersales_is_asked():
            try:
                with request.env.cr.savepoint():
                    statement._say_difference(line_id, said, reason_id, note)
            except UserError:
                query = f"&error={line_id}"
        anchor = f"item_{line_id}" if line_id else "items"
        return request.redirect(
            statement.get_portal_url(query_string=query, anchor=anchor)
        )

    @route(
        ["/my/statements/<int:statement_id>/sign"],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_my_statement_sign(
        self, statement_id, access_token=None, name=None, signature=None, **kwargs
    ):
        """Confirm the statement, with what was said to differ, by signature."""
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            statement = self._aftersales_get_statement(statement_id, access_token)
        except (AccessError, MissingError):
            return {"error": request.env._("This statement is not yours to confirm.")}
        if not self._aftersales_is_asked():
            return {"error": request.env._("This statement is not yours to confirm.")}
        if not name or not signature:
            return {"error": request.env._("Name or signature is missing.")}
        seen = request.httprequest.args.get("seen")
        try:
            with request.env.cr.savepoint():
                statement._sign(name, signature, seen)
        except UserError as error:
            return {"error": str(error)}
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        return {"force_refresh": True, "redirect_url": statement.get_portal_url()}

    def _aftersales_is_asked(self):
        """Whether the visitor may answer: never anybody of our own."""
        return request.env.user.share
