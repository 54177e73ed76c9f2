from odoo import fields, models


class AftersalesSolution(models.Model):
    """The library of fault, cause and correction (R-INT-09, R-INT-11, R-TRN-05)."""

    _name = "aftersales.solution"
    _description = "Known Solution"
    _inherit = ["mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char("Symptom", required=True, translate=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: known to every company."
    )
    fault_code_ids = fields.Many2many("aftersales.fault.code")
    model_ids = fields.Many2many(
        "fleet.vehicle.model", string="Models", help="Empty: any model."
    )
    cause = fields.Text(translate=True)
    correction = fields.Html(translate=True)
    is_self_help = fields.Boolean(
        help="A remedy that owners can try themselves before they report."
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Learnt from",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
