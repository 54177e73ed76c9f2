from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesBay(models.Model):
    """A place in the workshop where one vehicle is worked on (R-DISP-14)."""

    _name = "aftersales.bay"
    _description = "Workshop Bay"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("general", "General work"),
            ("lift", "Lift"),
            ("diagnosis", "Diagnosis"),
            ("wash", "Wash"),
            ("finished", "Finished vehicles"),
        ],
        required=True,
        default="general",
    )
    team_id = fields.Many2one(
        "aftersales.team",
        index="btree_not_null",
        check_company=True,
        help="Whose bay it is; empty: any team's.",
    )
    skill_ids = fields.Many2many(
        "aftersales.skill",
        string="Equipped for",
        help="Empty: for any work of its kind.",
    )
    operation_ids = fields.One2many("aftersales.operation", "bay_id")

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "A bay of this name exists already."
    )

    def _check_free(self, start, stop, operation=None, appointment=None):
        """Refuse a second vehicle in a bay at the same time.

        Of two dispatchers who plan at the same moment the second one is made to look
        again.

        :param start: naive UTC
        :param stop: naive UTC
        :param operation: the operation that is being planned
        :param appointment: the appointment that is being planned
        :raises UserError: naming the vehicle that is there
        """
        self.ensure_one()
        # A new version of the row, unchanged: a transaction at the same time that does
        # the same fails to serialize, and Odoo plays it once more.
        self.env.cr.execute(
            SQL("UPDATE aftersales_bay SET name = name WHERE id = %s", self.id)
        )
        ticket = operation.ticket_id if operation else self.env["aftersales.ticket"]
        # sudo: the bay is taken, also by a ticket the planner does not see
        other = (
            self.env["aftersales.operation"]
            .sudo()
            .search(
                [
                    ("bay_id", "=", self.id),
                    ("state", "not in", ("done", "cancelled")),
                    ("planned_start", "<", stop),
                    ("planned_stop", ">", start),
                    ("ticket_id", "!=", ticket.id),
                ],
                limit=1,
            )
        )
        if other:
            raise UserError(
                self.env._(
                    "Bay %(bay)s is taken by %(ticket)s (%(operation)s) at that time. "
                    "Choose another bay or another time.",
                    bay=self.name,
                    ticket=other.ticket_id.display_name,
                    operation=other.name,
                )
            )
