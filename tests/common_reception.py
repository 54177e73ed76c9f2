from odoo.fields import Command

from .common_billing import SIGNATURE, BillingCommon


class ReceptionCommon(BillingCommon):
    """A ticket whose vehicle is at the door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ticket()

    def _reception(self, ticket=None):
        """Return the reception of a ticket, begun by its adviser."""
        action = (ticket or self.ticket).action_receive_vehicle()
        return (
            self.env["aftersales.reception"]
            .with_user(self.user_advisor)
            .browse(action["res_id"])
        )

    def _fill(self, reception, **vals):
        """Fill in a reception so that it can be closed."""
        reception.write(
            {
                "odometer": 10500,
                "fuel_level": "4",
                "valuables_told": True,
                "explained": True,
                "key_place": "B3",
                "box_number": "17",
                "item_ids": [
                    Command.create({"name": "Jack", "quantity": 1}),
                    Command.create({"name": "Blanket", "quantity": 2}),
                ],
                "signature": SIGNATURE,
                "advisor_signature": SIGNATURE,
                **vals,
            }
        )
        reception.action_check_rest_ok()

    def _received(self, ticket=None, **vals):
        """Return a closed reception."""
        reception = self._reception(ticket)
        self._fill(reception, **vals)
        reception.action_done()
        return reception
