from odoo import api, fields, models
from odoo.exceptions import UserError

# What identifies a customer commercially (R-CUST-09).
MASTER_FIELDS = frozenset(
    {
        "name",
        "vat",
        "company_registry",
        "is_company",
        "parent_id",
        "street",
        "street2",
        "zip",
        "city",
        "state_id",
        "country_id",
    }
)
USER_GROUP = "aftersales.group_aftersales_user"


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_vehicle_ids = fields.One2many(
        "aftersales.vehicle", "partner_id", string="Vehicles", groups=USER_GROUP
    )
    aftersales_vehicle_count = fields.Integer(
        string="Vehicle Count",
        compute="_compute_aftersales_vehicle_count",
        groups=USER_GROUP,
    )
    aftersales_ticket_count = fields.Integer(
        string="Ticket Count",
        compute="_compute_aftersales_ticket_count",
        groups=USER_GROUP,
    )
    aftersales_grade = fields.Selection(
        [("normal", "Normal"), ("mid", "Mid"), ("high", "High")],
        string="Customer Grade",
        default="normal",
        groups="base.group_user",
        help="Chooses whom to survey and visit.",
    )
    aftersales_preferred_contact_time = fields.Char(
        string="Best Time to Call", groups="base.group_user"
    )
    aftersales_designated_user_id = fields.Many2one(
        "res.users",
        string="Designated Person",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        groups="base.group_user",
        help="Keeps in touch with this customer and makes the regular return calls.",
    )
    aftersales_employer = fields.Char(string="Employer", groups="base.group_user")
    aftersales_work_address = fields.Char(
        string="Work Address", groups="base.group_user"
    )
    aftersales_work_phone = fields.Char(
        string="Phone at Work", groups="base.group_user"
    )
    aftersales_service_wishes = fields.Text(
        string="Services Hoped For", groups="base.group_user"
    )
    aftersales_is_new_customer = fields.Boolean(
        string="New Customer",
        compute="_compute_aftersales_is_new_customer",
        groups=USER_GROUP,
        help="Nothing was handed over to this customer yet.",
    )

    def _compute_aftersales_vehicle_count(self):
        families = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = self.env["aftersales.vehicle"]._read_group(
            [("partner_id", "in", families.ids)], ["partner_id"], ["__count"]
        )
        self.aftersales_vehicle_count = 0
        own_ids = set(self.ids)
        for owner, count in counts:
            partner = owner
            while partner:
                if partner.id in own_ids:
                    partner.aftersales_vehicle_count += count
                partner = partner.parent_id

    def _compute_aftersales_is_new_customer(self):
        # A technician sees his own tickets only; whether there are others is no secret.
        served = (
            self.env["aftersales.ticket"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "child_of", self.commercial_partner_id.ids),
                    ("state", "in", ("delivered", "closed")),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["partner_id"],
            )
        )
        known = self.browse().union(*(partner for (partner,) in served))
        for partner in self:
            partner.aftersales_is_new_customer = (
                partner.commercial_partner_id not in known.commercial_partner_id
            )

    def write(self, vals):
        changed = MASTER_FIELDS & vals.keys()
        if changed and self._aftersales_is_master_locked():
            self._aftersales_check_master(changed, vals)
        return super().write(vals)

    @api.model
    def _aftersales_is_master_locked(self):
        """Tell whether this user may not touch the commercial identity of owners."""
        user = self.env.user
        return (
            not self.env.su
            and self.env.company.aftersales_customer_master_locked
            and user.has_group(USER_GROUP)
            and not user.has_group("sales_team.group_sale_salesman")
        )

    def _aftersales_check_master(self, names, vals):
        """Refuse a change to the commercial identity of a vehicle owner (R-CUST-09).

        Values that stay as they are pass: a form saves more than was typed.

        :raise UserError: names the customer and who may change him
        """
        partners = self.filtered(
            lambda partner: any(
                partner._fields[name].convert_to_cache(vals[name], partner)
                != partner._fields[name].convert_to_cache(partner[name], partner)
                for name in names
            )
        )
        owned = self.env["aftersales.vehicle"]._read_group(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["partner_id"],
        )
        for (owner,) in owned:
            raise UserError(
                self.env._(
                    "Name, tax number and address of %(customer)s are kept by Sales. "
                    "Ask a salesperson to change them; end users and phone numbers "
                    "you may change yourself.",
                    customer=owner.display_name,
                )
            )

    def _compute_aftersales_ticket_count(self):
        # A company counts what its people report, as it does their vehicles.
        families = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = self.env["aftersales.ticket"]._read_group(
            [("partner_id", "in", families.ids)], ["partner_id"], ["__count"]
        )
        self.aftersales_ticket_count = 0
        own_ids = set(self.ids)
        for customer, count in counts:
            partner = customer
            while partner:
                if partner.id in own_ids:
                    partner.aftersales_ticket_count += count
                partner = partner.parent_id

    def action_aftersales_tickets(self):
        """Open the tickets of the customer and of his people."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.ticket_action"
        )
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action

    def action_aftersales_vehicles(self):
        """Open the vehicles of the customer and of his people."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vehicles"),
            "res_model": "aftersales.vehicle",
            "view_mode": "list,kanban,form",
            "domain": [("partner_id", "child_of", self.ids)],
            "context": {"default_partner_id": self.id},
        }
