from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesFollowupRulePoint(models.Model):
    """One thing that the calls of a rule are about (R-FU-07)."""

    _name = "aftersales.followup.rule.point"
    _description = "Point of a Follow-up Rule"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        "aftersales.followup.rule", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Point", required=True, translate=True)


class AftersalesFollowupPoint(models.Model):
    """One point of one contact: talked about or not, and what came of it (R-FU-07)."""

    _name = "aftersales.followup.point"
    _description = "Point of a Follow-up"
    _order = "followup_id, sequence, id"

    followup_id = fields.Many2one(
        "aftersales.followup", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Text("Point", required=True)
    is_done = fields.Boolean("Talked about")
    note = fields.Char(help="What the customer said to it, in a few words.")

    @api.model_create_multi
    def create(self, vals_list):
        points = super().create(vals_list)
        points._check_open()
        return points

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_open()

    def _check_open(self):
        """Refuse changes once the contact is over (R-FU-11)."""
        if self.env.su:
            return
        for followup in self.followup_id:
            if followup.state in ("done", "skipped"):
                raise UserError(
                    self.env._(
                        "Follow-up %(followup)s is over: the points that were talked "
                        "about stand as they were ticked.",
                        followup=followup.display_name,
                    )
                )

    def action_toggle(self):
        """Tick the point, or take the tick back (phone)."""
        for point in self:
            point.is_done = not point.is_done


class AftersalesFollowup(models.Model):
    """The checklist of a contact, made of its rule's points (R-FU-06, R-FU-07)."""

    _inherit = "aftersales.followup"

    point_ids = fields.One2many("aftersales.followup.point", "followup_id")
    points_talked = fields.Char(
        "Points", compute="_compute_points_talked", help="Talked about / of all."
    )

    @api.depends("point_ids.is_done")
    def _compute_points_talked(self):
        for followup in self:
            points = followup.point_ids
            done = len(points.filtered("is_done"))
            followup.points_talked = f"{done}/{len(points)}" if points else False

    @api.model_create_multi
    def create(self, vals_list):
        followups = super().create(vals_list)
        followups._make_points()
        return followups

    def _make_points(self):
        """Make the checklists, all at once, in each clerk's language.

        What an earlier contact of the ticket has talked about is not asked again;
        what it left out comes first.
        """
        # sudo: who delivers a vehicle plans the call without being allowed to make it
        followups = self.sudo().filtered(
            lambda followup: followup.rule_id.point_ids and not followup.point_ids
        )
        if not followups:
            return
        earlier = self.env["aftersales.followup.point"].sudo()
        chained = followups.filtered("rule_id.previous_rule_ids")
        if chained:
            earlier = earlier.search(
                [
                    ("followup_id.ticket_id", "in", chained.ticket_id.ids),
                    ("followup_id.state", "=", "done"),
                ]
            )
        vals_list = []
        for followup in followups:
            before = earlier.filtered(
                lambda point, ticket=followup.ticket_id: (
                    point.followup_id.ticket_id == ticket
                )
            )
            talked = set(before.filtered("is_done").mapped("name"))
            names = [name for name in before.mapped("name") if name not in talked]
            lang = followup.clerk_id.lang or followup.company_id.partner_id.lang
            names += followup.rule_id.with_context(lang=lang).point_ids.mapped("name")
            vals_list += [
                {"followup_id": followup.id, "sequence": sequence, "name": name}
                for sequence, name in enumerate(dict.fromkeys(names), 1)
                if name not in talked
            ]
        self.env["aftersales.followup.point"].sudo().create(vals_list)

    def _get_topics_html(self):
        talked = self.point_ids.filtered("is_done")
        items = Markup().join(
            Markup("<li>✓ %s</li>")
            % (f"{point.name} {point.note}" if point.note else point.name)
            for point in talked
        )
        html = super()._get_topics_html()
        return html + Markup("<ul>%s</ul>") % items if items else html
