from odoo import api, fields, models
from odoo.exceptions import UserError

KEY_ROLES = ("advisor", "technician", "dispatcher", "inspector")


class AftersalesReception(models.Model):
    """The key of a reception: its tag, its place, and who has it (R-RECV-09)."""

    _inherit = "aftersales.reception"

    key_count = fields.Integer("Keys", default=1)
    key_number = fields.Char(
        "Key no.",
        copy=False,
        help="Number of the tag on the key; the lowest free number is proposed.",
    )
    key_place = fields.Char("Place in the cabinet")
    key_log_ids = fields.One2many(
        "aftersales.reception.key.log", "reception_id", copy=False, readonly=True
    )
    key_holder_id = fields.Many2one(
        "res.users",
        string="Key is with",
        compute="_compute_key_holder_id",
        store=True,
        help="Empty: in the cabinet.",
    )

    _key_uniq = models.UniqueIndex(
        "(company_id, key_number) WHERE key_number IS NOT NULL AND state != 'returned'",
        "This number is on the key of another vehicle. Take another tag.",
    )
    _key_count_positive = models.Constraint(
        "CHECK(key_count >= 0)", "There cannot be less than no key."
    )

    @api.depends("key_log_ids.in_at", "key_log_ids.user_id")
    def _compute_key_holder_id(self):
        for reception in self:
            reception.key_holder_id = reception.key_log_ids.filtered(
                lambda log: not log.in_at
            )[:1].user_id

    def _get_key_problems(self):
        """Return what is missing about the key."""
        self.ensure_one()
        if self.key_count and not (self.key_number and self.key_place):
            return [
                self.env._(
                    "Number the key and enter its place in the cabinet; without a "
                    "key, set the number of keys to 0."
                )
            ]
        return []

    @api.model
    def _get_free_key_number(self, company):
        """Return the lowest number that is on no key of a vehicle in house."""
        # sudo: which numbers are taken, not by whom
        taken = set(
            self.sudo()
            .search([("company_id", "=", company.id), ("state", "!=", "returned")])
            .mapped("key_number")
        )
        number = 1
        while str(number) in taken:
            number += 1
        return str(number)

    def _check_key(self):
        """Raise unless there is a key in our hands, and the user may hold it."""
        self.ticket_id._check_role(*KEY_ROLES)
        for reception in self:
            if reception.state != "done" or not reception.key_count:
                raise UserError(
                    self.env._(
                        "There is no key of %(ticket)s in our hands.",
                        ticket=reception.ticket_id.name,
                    )
                )

    def action_key_out(self):
        """Take the key out of the cabinet, in the user's own name.

        :raises UserError: when somebody has it already
        """
        self._check_key()
        # sudo: the row shared by who presses at the same moment is the reception
        self.sudo().lock_for_update(allow_referencing=True)
        for reception in self:
            if reception.key_holder_id:
                raise UserError(
                    self.env._(
                        "Key %(key)s is out already: %(user)s has it. It must be back "
                        "in the cabinet first.",
                        key=reception.key_number,
                        user=reception.key_holder_id.name,
                    )
                )
        # sudo: the log is written by its steps alone; role and state are checked
        self.env["aftersales.reception.key.log"].sudo().create(
            [
                {
                    "reception_id": reception.id,
                    "user_id": self.env.uid,
                    "out_at": fields.Datetime.now(),
                }
                for reception in self
            ]
        )

    def action_key_in(self):
        """Put the key back into the cabinet.

        :raises UserError: when it is there
        """
        self._check_key()
        for reception in self:
            if not reception.key_holder_id:
                raise UserError(
                    self.env._(
                        "Key %(key)s is in the cabinet.", key=reception.key_number
                    )
                )
        # sudo: see action_key_out
        self.sudo().key_log_ids.filtered(lambda log: not log.in_at).write(
            {"in_at": fields.Datetime.now(), "in_by_id": self.env.uid}
        )
