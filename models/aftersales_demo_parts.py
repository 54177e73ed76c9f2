from odoo import Command, api, fields, models


class AftersalesDemo(models.AbstractModel):
    """The parts store's day: asked for, bought, sent, counted, told."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_parts(self):
        """Let each paper of the store lie there once. Called once, by the demo data."""
        self._ask_for_parts()
        self._ask_purchasing()
        self._send_parts()
        self._fill_count()
        # What the story's finished services have used.
        company = self.env.company
        company.aftersales_consumption_hour = 0.0
        self.env["aftersales.part.consumption"]._tell_company(company)
        company.aftersales_consumption_hour = 17.0

    def _ask_for_parts(self):
        """Let a technician ask his superior for the parts of a ticket at work."""
        tickets = self.env["aftersales.ticket"].search(
            [
                ("state", "in", ("approved", "in_progress")),
                ("on_hold_reason", "=", False),
                ("technician_id", "!=", False),
            ]
        )
        for ticket in tickets:
            lines = ticket.line_ids.filtered(
                lambda line: line.approval == "approved" and line._is_stock_part()
            )
            if any(left > 0 for left in lines._get_qty_outstanding().values()):
                technical = ticket.with_user(ticket.technician_id)
                action = technical.action_requisition()
                requisition = technical.env[action["res_model"]].browse(
                    action["res_id"]
                )
                requisition.needed_at = fields.Datetime.now()
                requisition.action_ask()
                return

    def _ask_purchasing(self):
        """Let the parts keeper ask about a part that is bought with its assembly."""
        self.env["aftersales.part.inquiry"].with_user(self._user("parts")).create(
            {
                "product_id": self.env.ref("aftersales.demo_part_fuse").id,
                "assembly_id": self.env.ref("aftersales.demo_part_controller").id,
                "question": self.env._("Sits on the board, marked F3, 80 A"),
                "buyer_id": self._user("purchasing").id,
            }
        )

    def _send_parts(self):
        """Let a parcel be on its way, freight collect, and one transfer arrive."""
        courier = self.env["res.partner"].create({"name": "Swift Courier"})
        shipments = self.env["aftersales.part.shipment"]
        shipments.with_user(self._user("technician_2")).create(
            {
                "direction": "in",
                "content": self.env._("Controller that was not needed"),
                "carrier_id": courier.id,
                "tracking_ref": "SF1047723681",
                "freight": "collect",
            }
        ).action_send()
        warehouses = self.env["stock.warehouse"]
        store = warehouses.search([("company_id", "=", self.env.company.id)], limit=1)
        branch = warehouses.create(
            {
                "name": "Service van",
                "code": "VAN",
                "company_id": self.env.company.id,
            }
        )
        transfer = (
            self.env["aftersales.stock.transfer"]
            .with_user(self._user("parts"))
            .create(
                {
                    "source_id": store.id,
                    "destination_id": branch.id,
                    "reason": self.env._("Stock of the van"),
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.env.ref(
                                    "aftersales.demo_part_wiper"
                                ).id,
                                "quantity": 2,
                            }
                        )
                    ],
                }
            )
        )
        transfer.action_send()

    def _fill_count(self):
        """Let a sheet of the store wait to be counted."""
        store = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        count = (
            self.env["aftersales.stock.count"]
            .with_user(self._user("parts"))
            .create({"warehouse_id": store.id, "only_due": False})
        )
        count.action_fill()
