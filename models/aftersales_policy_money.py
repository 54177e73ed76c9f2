from odoo import fields, models


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    gate_pass_required = fields.Selection(
        [("mode", "In workshop and factory"), ("always", "Always"), ("never", "Never")],
        string="Gate pass",
        default="mode",
        required=True,
        help="Which tickets are delivered only with a gate pass (R-SETT-11).",
    )
    payment_rule = fields.Selection(
        [
            ("prepaid", "In advance"),
            ("handover", "At handover"),
            ("account", "On account"),
        ],
        string="Customer pays",
        default="handover",
        required=True,
        help="At handover: what is unpaid at delivery needs a guarantor, also without "
        "a gate pass. On account: the customer settles later by invoice (D-11). In "
        "advance: he pays before he is served, and nothing is given on credit. What "
        "the customer's card says comes first (R-PAY-09).",
    )
