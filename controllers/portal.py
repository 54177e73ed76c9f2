from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

OPEN = ("state", "not in", ("delivered", "closed", "cancelled"))


class AftersalesPortal(CustomerPortal):
    """What customers see of their vehicles and of the work on them."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter, model in (
            ("aftersales_ticket_count", "aftersales.ticket"),
            ("aftersales_vehicle_count", "aftersales.vehicle"),
        ):
            if counter in counters:
                records = request.env[model]
                values[counter] = (
                    records.search_count(self._aftersales_own_domain(model))
                    if records.has_access("read")
                    else 0
                )
        return values

    def _aftersales_own_domain(self, model):
        """Limit an employee who opens these pages to what is his as a customer.

        Portal users see no more than that by their record rules already.
        """
        partner = request.env.user.partner_id
        customer = partner.commercial_partner_id
        domain = Domain("partner_id", "child_of", customer.ids)
        if model == "aftersales.ticket":
            domain |= Domain("contact_id", "=", partner.id)
        return domain

    # -- Tickets ---------------------------------------------------------------

    def _aftersales_ticket_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "reported_at desc, id desc",
            },
            "name": {"label": request.env._("Number"), "order": "name desc, id desc"},
            "promised": {
                "label": request.env._("Promised for"),
                "order": "promised_at, id desc",
            },
        }

    def _aftersales_ticket_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {"label": request.env._("In progress"), "domain": Domain([OPEN])},
            "done": {
                "label": request.env._("Done"),
                "domain": Domain("state", "in", ("delivered", "closed")),
            },
        }

    @route(
        ["/my/tickets", "/my/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_tickets(
        self, page=1, sortby="date", filterby="all", vehicle_id=None, **kwargs
    ):
        """List the tickets of the customer, or those of one of his vehicles."""
        values = self._prepare_portal_layout_values()
        Ticket = request.env["aftersales.ticket"]
        if not Ticket.has_access("read"):
            return request.redirect("/my")
        sortings = self._aftersales_ticket_sortings()
        filters = self._aftersales_ticket_filters()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = self._aftersales_own_domain("aftersales.ticket")
        domain &= filters[filterby]["domain"]
        url_args = {"sortby": sortby, "filterby": filterby}
        if vehicle_id and vehicle_id.isdecimal():
            domain &= Domain("vehicle_id", "=", int(vehicle_id))
            url_args["vehicle_id"] = vehicle_id
        pager = portal_pager(
            url="/my/tickets",
            url_args=url_args,
            total=Ticket.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        tickets = Ticket.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        request.session["my_tickets_history"] = tickets.ids[:100]
        values.update(
            # sudo: names of model and vehicle; the tickets were found by his rights
            tickets=tickets.sudo(),
            page_name="aftersales_ticket",
            default_url="/my/tickets",
            pager=pager,
            searchbar_sortings=sortings,
            sortby=sortby,
            searchbar_filters=filters,
            filterby=filterby,
        )
        return request.render("aftersales.portal_my_tickets", values)

    @route(["/my/tickets/<int:ticket_id>"], type="http", auth="public", website=True)
    def portal_my_ticket(self, ticket_id, access_token=None, **kwargs):
        """Show one ticket to its customer, or to who holds its link."""
        try:
            ticket = self._document_check_access(
                "aftersales.ticket", ticket_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = {
            "ticket": ticket,
            "page_name": "aftersales_ticket",
            "steps": ticket._get_portal_steps(),
            "orders": self._aftersales_readable_orders(ticket),
        }
        values = self._get_page_view_values(
            ticket, access_token, values, "my_tickets_history", False, **kwargs
        )
        return request.render("aftersales.portal_my_ticket", values)

    def _aftersales_readable_orders(self, ticket):
        """Return the ticket's orders that the visitor may open as himself.

        The link of a ticket does not give away the links of its orders.
        """
        orders = request.env["sale.order"]
        if request.env.user._is_public() or not orders.has_access("read"):
            return orders
        own = orders.browse(ticket.order_ids.ids)._filtered_access("read")
        # sudo: the template shows number, state and total of what he may read
        return own.sudo().filtered(
            lambda order: (
                order.state in ("sent", "sale")
                and order.partner_id.commercial_partner_id
                == request.env.user.commercial_partner_id
            )
        )

    # -- Vehicles ---------------------------------------------------------------

    @route(
        ["/my/vehicles", "/my/vehicles/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_vehicles(self, page=1, **kwargs):
        """List the customer's vehicles with their next service and warranty."""
        values = self._prepare_portal_layout_values()
        Vehicle = request.env["aftersales.vehicle"]
        if not Vehicle.has_access("read"):
            return request.redirect("/my")
        domain = self._aftersales_own_domain("aftersales.vehicle")
        pager = portal_pager(
            url="/my/vehicles",
            total=Vehicle.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        vehicles = Vehicle.search(
            domain,
            order="license_plate, id",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        values.update(
            # sudo: names of models; the vehicles were found by his own rights
            vehicles=vehicles.sudo(),
            page_name="aftersales_vehicle",
            default_url="/my/vehicles",
            pager=pager,
        )
        return request.render("aftersales.portal_my_vehicles", values)
