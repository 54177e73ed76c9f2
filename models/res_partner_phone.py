import re

from odoo import api, fields, models

USER_GROUP = "aftersales.group_aftersales_user"


class ResPartner(models.Model):
    """One customer, one file: the same phone however it is written (R-CUST-05)."""

    _inherit = "res.partner"

    aftersales_phone_key = fields.Char(
        string="Phone Digits",
        compute="_compute_aftersales_phone_key",
        store=True,
        index="btree_not_null",
        groups=USER_GROUP,
        help="The national number without country code, zeros and signs.",
    )
    aftersales_same_phone_ids = fields.Many2many(
        "res.partner",
        string="Same Phone",
        compute="_compute_aftersales_same_phone_ids",
        groups=USER_GROUP,
    )

    @api.depends("phone", "country_id")
    def _compute_aftersales_phone_key(self):
        for partner in self:
            country = partner.country_id or self.env.company.country_id
            partner.aftersales_phone_key = self._aftersales_get_phone_key(
                partner.phone, country
            )

    @api.model
    def _aftersales_get_phone_key(self, phone, country):
        """Return the digits that make two spellings of one number equal, or False.

        :param phone: as somebody wrote it: "+86 138 0000 0000", "13800000000"
        :param country: whose country code is left out
        """
        text = re.sub(r"^\s*\+", "00", phone or "")
        # "+44 (0)20": that zero is not dialled
        digits = re.sub(r"\D", "", text.replace("(0)", ""))
        international = digits.startswith("00")
        digits = digits.lstrip("0")
        code = str(country.phone_code or "")
        # Without a sign a code is one only where the number would be too long otherwise
        if code and digits.startswith(code) and (international or len(digits) > 11):
            digits = digits[len(code) :].lstrip("0")
        elif international:
            digits = f"+{digits}"
        return digits if digits.strip("+") else False

    @api.depends("aftersales_phone_key")
    def _compute_aftersales_same_phone_ids(self):
        keys = {partner.aftersales_phone_key for partner in self} - {False}
        found = self.search_fetch(
            [("aftersales_phone_key", "in", list(keys))], ["aftersales_phone_key"]
        )
        by_key = found.grouped("aftersales_phone_key")
        for partner in self:
            same = by_key.get(partner.aftersales_phone_key, self.browse())
            partner.aftersales_same_phone_ids = same - partner._origin
