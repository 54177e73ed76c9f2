from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesPayoutSourceMixin(models.AbstractModel):
    """What becomes a line of somebody's payout statement (R-INC-10).

    A model that inherits this collects its own lines, and adds its name to
    ``aftersales.payout._get_payout_sources``.
    """

    _name = "aftersales.payout.source.mixin"
    _description = "Source of Payouts"

    payout_line_ids = fields.One2many(
        "aftersales.payout.line",
        "res_id",
        string="On payout statements",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    payout_id = fields.Many2one(
        "aftersales.payout",
        "Payout statement",
        compute="_compute_payout_id",
        help="The payout statement it stands on; of two people's, one's own.",
    )

    @api.depends_context("uid")
    @api.depends("payout_line_ids.live")
    def _compute_payout_id(self):
        # Searched, as each user sees but his own of them.
        lines = self.env["aftersales.payout.line"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("live", "=", True),
            ]
        )
        found = lines.grouped("res_id")
        for source in self:
            payouts = found.get(source.id, lines.browse()).payout_id
            mine = payouts.filtered(lambda payout: payout.user_id == self.env.user)
            source.payout_id = (mine or payouts)[:1]

    @api.model
    def _collect_payout_lines(self, company, month):
        """Return what counts up to the end of ``month`` (in sudo).

        What stands on a released statement may be left out, what does not is
        returned every time: the statement sees to it that nothing stands twice.

        :param month: its first day
        :return: list of dict: ``employee_id`` (id), ``kind`` of the line, ``amount``
            in company currency (+ to the employee, − held back), ``source`` (the
            record), ``name`` (text), ``ticket_id`` (id or False)
        """
        return []

    @api.model
    def _get_payout_open_domain(self):
        """Return the domain of what stands on no released statement yet."""
        lines = self.env["aftersales.payout.line"]
        query = lines._search(
            [
                ("res_model", "=", self._name),
                ("live", "=", True),
                ("payout_id.state", "=", "released"),
            ]
        )
        column = SQL.identifier(query.table, "res_id")
        return [("id", "not in", query.subselect(column))]

    @api.readonly
    def action_view_payout(self):
        """Open the payout statement this stands on."""
        self.ensure_one()
        self.check_access("read")
        return self.payout_id._get_records_action()
