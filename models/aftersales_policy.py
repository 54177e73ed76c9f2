from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache


class AftersalesPolicy(models.Model):
    """The promises a company makes for one kind of ticket (R-SLA-01).

    A policy without a company is a template that every company may use as it is; a
    policy of the company's own comes before it. Its rows are the deadlines of a
    ticket, its other fields settle where the sources disagree (D-08, D-09).
    """

    _name = "aftersales.policy"
    _description = "Service Policy"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Among policies that fit equally well, the lowest is taken."
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: a template for every company. A company's own policy is "
        "preferred to a template.",
    )
    ticket_type = fields.Selection(
        selection=lambda self: self._ticket_selection("ticket_type"),
        help="Empty: every type of ticket.",
    )
    service_mode = fields.Selection(
        selection=lambda self: self._ticket_selection("service_mode"),
        help="Empty: every service mode.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours",
        check_company=True,
        ondelete="restrict",
        help="In which deadlines of working time are counted. Empty: the working "
        "hours of the ticket's company.",
    )
    anchor_default = fields.Selection(
        [("previous", "The previous step"), ("report", "The first report")],
        string="Deadlines count from",
        required=True,
        default="previous",
        help="For rows that do not say themselves what they count from.",
    )
    web_response_start = fields.Selection(
        [("submission", "Submission"), ("collection", "Collection")],
        string="Response to web reports counts from",
        required=True,
        default="collection",
        help="Web reports are collected twice each working day; the time allowed for "
        "the first response begins when the customer submits the report, or when "
        "customer service collects it.",
    )
    deadline_line_ids = fields.One2many(
        "aftersales.policy.deadline", "policy_id", string="Deadlines", copy=True
    )
    note = fields.Html(translate=True)

    def _ticket_selection(self, fname):
        """Return the choices of the ticket's own field, so that they cannot differ."""
        field = self.env["aftersales.ticket"]._fields[fname]
        return field._description_selection(self.env)

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        result = super().write(vals)
        if {
            "active",
            "sequence",
            "company_id",
            "ticket_type",
            "service_mode",
        } & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -- Choice ------------------------------------------------------------------------

    @api.model
    def _get_policy(self, company, ticket_type, service_mode):
        """Return the policy of a new ticket, or no record when none fits.

        A company's own policies come before the templates of all companies. Among
        either, the most specific one is taken: type and mode, then type, then mode,
        then neither; among equals the lowest sequence. Costs no query once the list
        of policies is cached.

        :param company: ``res.company`` of the ticket
        :param ticket_type: key of the ticket's type, or False
        :param service_mode: key of the ticket's mode, or False
        """
        for policy_id, its_type, its_mode in self._get_preference(company.id):
            if its_type in (False, ticket_type) and its_mode in (False, service_mode):
                return self.browse(policy_id)
        return self.browse()

    @api.model
    def _get_policies(self, keys):
        """Return the policies of many new tickets at once.

        :param keys: iterable of ``(company, ticket_type, service_mode)``
        :return: dict from each key to its policy
        """
        return {key: self._get_policy(*key) for key in set(keys)}

    @api.model
    def _get_document_policy(self, document, company):
        """Return the policy of the company's documents of one kind, or no record.

        Its own comes before the template of all companies.

        :param document: key of the field *For*, not ``ticket``: see `_get_policy`
        """
        # sudo: which policy fits does not depend on who is looking
        return self.sudo().search(
            [("document", "=", document), ("company_id", "in", (False, company.id))],
            order="company_id, sequence, id",
            limit=1,
        )

    def _get_preference_domain(self):
        """Return the domain of the policies that tickets choose from."""
        return Domain.TRUE

    @api.model
    @ormcache("company_id")
    def _get_preference(self, company_id):
        """Return ``(id, type, mode)`` of a company's policies, most preferred first."""
        # sudo: the choice does not depend on who takes the report; the ids go to
        # tickets of this company only
        policies = self.sudo().search(
            self._get_preference_domain()
            & Domain("company_id", "in", (False, company_id))
        )
        return tuple(
            (policy.id, policy.ticket_type, policy.service_mode)
            for policy in policies.sorted(
                lambda policy: (
                    not policy.company_id,
                    not policy.ticket_type,
                    not policy.service_mode,
                )
            )
        )
