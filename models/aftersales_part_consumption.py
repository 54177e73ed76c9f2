from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ACTIVITY = "aftersales.activity_part_consumption"


class AftersalesPartConsumption(models.Model):
    """The parts that the services completed on one day have used (F36).

    R-PART-10, R-STK-04: one document for each company and day, told to Purchasing on
    that day. What is completed after it was told follows as a further line on the same
    day; what comes back later is a line with a minus on the day it comes back.
    """

    _name = "aftersales.part.consumption"
    _description = "Parts Consumption of a Day"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    # Who reads it may write a word under it.
    _mail_post_access = "read"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day", required=True, readonly=True, index=True)
    line_ids = fields.One2many(
        "aftersales.part.consumption.line", "report_id", string="Parts", readonly=True
    )
    buyer_id = fields.Many2one("res.users", string="Told to", readonly=True)
    sent_at = fields.Datetime("Told on", readonly=True)
    is_late = fields.Boolean(
        "Told late",
        compute="_compute_is_late",
        store=True,
        help="Not on the day itself.",
    )
    read_by_id = fields.Many2one("res.users", string="Read by", readonly=True)
    read_at = fields.Datetime("Read on", readonly=True)
    ticket_count = fields.Integer("Services", compute="_compute_ticket_count")
    value = fields.Monetary(
        compute="_compute_value", store=True, help="At cost on the day it was told."
    )

    _once_a_day = models.Constraint(
        "UNIQUE(company_id, date)",
        "There is a report of the parts consumption of this day already.",
    )
    _read_check = models.Constraint(
        "CHECK((read_by_id IS NULL) = (read_at IS NULL))",
        "Who has read the report, and when, is known together.",
    )

    @api.depends("date")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Parts consumption %(day)s", day=report.date or ""
            )

    @api.depends("sent_at", "date", "company_id")
    def _compute_is_late(self):
        for report in self:
            report.is_late = bool(report.sent_at) and (
                report.company_id._aftersales_local(report.sent_at).date() > report.date
            )

    @api.depends("line_ids.value")
    def _compute_value(self):
        for report in self:
            report.value = sum(report.line_ids.mapped("value"))

    @api.depends("line_ids.ticket_id")
    def _compute_ticket_count(self):
        for report in self:
            report.ticket_count = len(report.line_ids.ticket_id)

    def write(self, vals):
        # Followers come and go; what was told stays.
        told = vals.keys() - {"message_follower_ids", "message_partner_ids"}
        if not self.env.su and told:
            raise AccessError(
                self.env._("The consumption of a day is told by itself, not by entry.")
            )
        return super().write(vals)

    # -- Telling ----------------------------------------------------------------------

    def _tell(self, count):
        """Tell Purchasing of ``count`` new lines; checks nothing."""
        self.ensure_one()
        buyer = self.env["aftersales.deadline"]._default_user(
            "purchasing", self.company_id
        )
        self.write({"buyer_id": buyer.id, "sent_at": fields.Datetime.now()})
        if not buyer:
            return
        self.message_subscribe(partner_ids=buyer.partner_id.ids)
        self.message_post(
            body=self.env._(
                "%(count)s lines of parts used, worth %(value)s.",
                count=count,
                value=self.currency_id.format(self.value),
            ),
            subject=self.display_name,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )
        self.activity_unlink([ACTIVITY])
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY, summary=self.display_name, user_id=buyer.id
        )

    def action_read(self):
        """Say that Purchasing has taken note (R-PART-10).

        :raises AccessError: for anybody but Purchasing
        """
        self._check_purchasing()
        # sudo: stamps are not editable; the role is checked above
        for report in self.sudo():
            report.write({"read_by_id": self.env.uid, "read_at": fields.Datetime.now()})
            report.activity_feedback([ACTIVITY])
        return True

    def _check_purchasing(self):
        self.check_access("read")
        if not self.env.user.has_group("aftersales.group_aftersales_purchasing"):
            raise AccessError(
                self.env._(
                    "%(report)s is for Purchasing.", report=self[:1].display_name
                )
            )

    def action_replenish(self):
        """Order what the reordering rules of these parts ask for (R-STK-04).

        :raises UserError: when no rule asks for anything
        """
        self.ensure_one()
        self._check_purchasing()
        # sudo: Purchasing need not have stock rights; the role is checked above, and
        # only what the company's own rules ask for is ordered
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            .with_company(self.company_id)
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("product_id", "in", self.line_ids.product_id.ids),
                ]
            )
        )
        wanted = rules.filtered(lambda rule: rule.qty_to_order > 0)
        if not wanted:
            raise UserError(
                self.env._(
                    "%(report)s: no reordering rule of these parts asks for more. Make "
                    "rules for parts without one in Inventory.",
                    report=self.display_name,
                )
            )
        names = ", ".join(
            f"{rule.qty_to_order:g} × {rule.product_id.display_name}" for rule in wanted
        )
        wanted.action_replenish()
        # sudo: as above; the chatter says who pressed the button
        self.sudo().message_post(body=self.env._("Ordered: %(parts)s", parts=names))
        return True

    @api.readonly
    def action_print(self):
        """Print the report (F36)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_part_consumption").report_action(
            self
        )

    def _get_rows(self):
        """Return the report by part.

        :return: list of dicts ``product``, ``quantity``, ``tickets``, ``value``,
            ``on_hand``, ``forecast``, in the order of the parts' names
        """
        self.ensure_one()
        rows = []
        for product, lines in self.line_ids.grouped("product_id").items():
            # sudo: what is there, of parts that are told
            there = product.sudo().with_company(self.company_id)
            rows.append(
                {
                    "product": product,
                    "quantity": sum(lines.mapped("quantity")),
                    "tickets": lines.ticket_id,
                    "value": sum(lines.mapped("value")),
                    "on_hand": there.qty_available,
                    "forecast": there.virtual_available,
                }
            )
        return sorted(rows, key=lambda row: row["product"].display_name or "")

    # -- The scheduled action ----------------------------------------------------------

    @api.model
    def _get_since(self):
        """Return from when on completed services and movements are looked at."""
        return fields.Datetime.now() - timedelta(days=62)
