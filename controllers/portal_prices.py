from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import AftersalesPortal

PAGE = 80


class AftersalesPortalPrices(AftersalesPortal):
    """The price lists a dealer may read, by the permission of his level (R-EST-12)."""

    def _aftersales_price_lists(self):
        """Return what the visitor may read: list key -> (price list, published on)."""
        level = request.env.user.partner_id._get_aftersales_dealer_level()
        # sudo: the dealer's level decides what of the company's lists is shown
        company = request.env.company.sudo()
        if not level or level.company_id != company:
            return {}
        guide = company.aftersales_guide_pricelist_id
        own = level._get_pricelist()
        lists = {}
        if level.show_settlement and own:
            lists["own"] = (own, guide if level.basis == "guide" else own)
        if level.show_guide and guide:
            lists["guide"] = (guide, guide)
        return lists

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "aftersales_price_list_count" in counters:
            values["aftersales_price_list_count"] = len(self._aftersales_price_lists())
        return values

    @route(
        ["/my/part-prices", "/my/part-prices/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_part_prices(self, page=1, kind=None, search="", **kwargs):
        """Show a dealer what he pays for parts, and what users are to be charged."""
        lists = self._aftersales_price_lists()
        if not lists:
            return request.redirect("/my")
        kind = kind if kind in lists else next(iter(lists))
        pricelist, published = lists[kind]
        company = request.env.company.sudo()  # sudo: see _aftersales_price_lists
        rows = [
            row
            for row in company._get_aftersales_price_rows(
                pricelist, search=search, of=published
            )
            if kind == "guide" or row["product"].type != "service"
        ]
        pager = portal_pager(
            url="/my/part-prices",
            url_args={"kind": kind, "search": search},
            total=len(rows),
            page=page,
            step=PAGE,
        )
        return request.render(
            "aftersales.portal_part_prices",
            {
                **self._prepare_portal_layout_values(),
                "rows": rows[pager["offset"] : pager["offset"] + PAGE],
                "lists": lists,
                "kind": kind,
                "search": search,
                "pager": pager,
                "currency": pricelist.currency_id,
                "page_name": "aftersales_part_prices",
                "default_url": "/my/part-prices",
            },
        )
