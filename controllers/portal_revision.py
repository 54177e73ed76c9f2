import binascii

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class AftersalesRevisionPortal(CustomerPortal):
    """The payer looks at a revision and answers it (R-SIGN-02, R-BEY-06)."""

    def _aftersales_get_revision(self, revision_id, access_token):
        """Return the revision whose link the visitor holds, in sudo.

        :raises AccessError: without the link, or before it was laid before him
        """
        revision = self._document_check_access(
            "aftersales.estimate.revision", revision_id, access_token
        )
        if revision.is_internal or revision.state in ("draft", "cancelled"):
            raise AccessError(request.env._("There is nothing to answer here."))
        return revision

    @route(
        ["/my/revisions/<int:revision_id>"], type="http", auth="public", website=True
    )
    def aftersales_revision(self, revision_id, access_token=None, error=None, **kwargs):
        """Show a revision to its payer."""
        try:
            revision = self._aftersales_get_revision(revision_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            revision,
            access_token,
            {
                "revision": revision,
                "page_name": "aftersales_revision",
                "error": error,
            },
            "my_revisions_history",
            False,
            **kwargs,
        )
        return request.render("aftersales.portal_my_revision", values)

    @route(
        ["/my/revisions/<int:revision_id>/accept"],
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def aftersales_revision_accept(
        self, revision_id, access_token=None, name=None, signature=None
    ):
        """Agree by signature; the change is taken over at once."""
        access_token = access_token or request.httprequest.args.get("access_token")
        try:
            revision = self._aftersales_get_revision(revision_id, access_token)
        except (AccessError, MissingError):
            return {"error": request.env._("This revision is not yours to answer.")}
        if not self._aftersales_may_sign():
            return {"error": request.env._("This revision is not yours to answer.")}
        if not name or not signature:
            return {"error": request.env._("Name or signature is missing.")}
        try:
            with request.env.cr.savepoint():
                revision._agree(name, self._aftersales_get_way(), signature=signature)
        except UserError as error:
            return {"error": str(error)}
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        return {"force_refresh": True, "redirect_url": revision.get_portal_url()}

    @route(
        ["/my/revisions/<int:revision_id>/decline"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def aftersales_revision_decline(
        self, revision_id, access_token=None, note=None, **kwargs
    ):
        """Refuse: what was agreed before stands."""
        try:
            revision = self._aftersales_get_revision(revision_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        query = ""
        if self._aftersales_may_sign():
            try:
                with request.env.cr.savepoint():
                    revision._refuse(
                        revision.partner_id.name, self._aftersales_get_way(), note=note
                    )
            except UserError:
                query = "&error=late"
        return request.redirect(revision.get_portal_url(query_string=query))

    def _aftersales_may_sign(self):
        """Whether the visitor may answer: the payer's side, or the advisor who hands
        him the office's screen."""
        user = request.env.user
        return user.share or user.has_group("aftersales.group_aftersales_advisor")

    def _aftersales_get_way(self):
        return (
            request.env._("Signed on the portal")
            if request.env.user.share
            else request.env._("Signed in the office")
        )
