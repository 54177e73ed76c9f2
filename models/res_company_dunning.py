from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers are asked for overdue money."""

    _inherit = "res.company"

    aftersales_dunning = fields.Selection(
        [
            ("off", "Nobody"),
            ("propose", "Letters are proposed"),
            ("send", "Letters are sent"),
        ],
        string="Dunning",
        required=True,
        default="propose",
        help="Once a day: letters about overdue invoices of service tickets are "
        "written for Finance to send, or sent at once.",
    )
