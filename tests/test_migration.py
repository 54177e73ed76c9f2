import importlib.util
import logging

from odoo.tests import tagged
from odoo.tools import sql
from odoo.tools.misc import file_path

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestMigration(AftersalesCommon):
    """What an earlier version stored is there after the update.

    The tables are brought back to what they were, rows are written as that version
    wrote them, and the script of the update runs on them, twice.
    """

    def _migrate(self, version, stage):
        path = file_path(f"aftersales/migrations/{version}/{stage}-migration.py")
        spec = importlib.util.spec_from_file_location(f"migrate_{stage}", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        for __ in range(2):
            script.migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_core_parts_lose_their_price(self):
        core = self._part("Battery management", 0.0, 50.0).product_tmpl_id
        core.write({"aftersales_serviceable": False, "sale_ok": False})
        core.aftersales_part_class = "core"
        self.env.flush_all()
        constraint = "product_template_aftersales_core_has_no_price"
        sql.drop_constraint(self.env.cr, "product_template", constraint)
        self.env.cr.execute(
            "ALTER TABLE product_template DROP COLUMN aftersales_serviceable CASCADE"
        )
        self.env.cr.execute(
            "UPDATE product_template SET list_price = 900, sale_ok = TRUE"
            " WHERE id = %s",
            [core.id],
        )
        # Odoo gives the name "INFO" to another level.
        with self.assertLogs("migrate_pre", logging.INFO) as log:
            self._migrate("19.0.1.1.0", "pre")
        self.assertIn("900", "".join(log.output))
        self.assertEqual((core.list_price, core.sale_ok), (0.0, False))
        self.assertFalse(core.aftersales_serviceable)
        # Nothing else is touched.
        self.assertEqual(self.motor.list_price, 1200.0)
        self.assertTrue(self.motor.sale_ok and self.motor.aftersales_serviceable)

    def test_open_points_become_requests(self):
        ticket = self._ticket()
        rows = self.env["aftersales.followup"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "company_id": self.company.id,
                    "window_start": "2026-03-02 08:00:00",
                    "window_end": "2026-03-09 08:00:00",
                }
                for __ in range(3)
            ]
        )
        solving, told, quiet = rows
        self.env.flush_all()
        self.env.cr.execute(
            """
            ALTER TABLE aftersales_followup
              ADD issue_user_id integer, ADD issue_due timestamp,
              ADD issue_reported_at timestamp, ADD issue_escalated_at timestamp,
              ADD solution_at timestamp, ADD told_at timestamp,
              ADD COLUMN IF NOT EXISTS solution text;
            UPDATE aftersales_followup
               SET state = 'done', satisfied = 'satisfied', done_at = now(),
                   issue_state = 'none' WHERE id IN %(all)s;
            UPDATE aftersales_followup
               SET issue_state = 'solving', complaint_text = 'Still howls',
                   issue_user_id = %(user)s, issue_due = '2026-03-05 08:00:00'
             WHERE id = %(solving)s;
            UPDATE aftersales_followup
               SET issue_state = 'told', requests = 'Wants a spare key',
                   solution = 'Ordered', solution_at = '2026-03-02 08:00:00',
                   told_at = '2026-03-03 08:00:00'
             WHERE id = %(told)s;
            """,
            {
                "all": rows._ids,
                "user": self.user_technician.id,
                "solving": solving.id,
                "told": told.id,
            },
        )
        self.env.invalidate_all()
        self._migrate("19.0.1.1.0", "post")
        self.assertEqual(rows.mapped("issue_state"), ["solving", "told", "none"])
        self.assertFalse(quiet.request_ids)
        request = solving.request_ids
        self.assertEqual(
            (request.kind, request.name, request.user_id, str(request.due)),
            ("complaint", "Still howls", self.user_technician, "2026-03-05 08:00:00"),
        )
        self.assertEqual(
            (told.request_ids.kind, told.request_ids.name, told.request_ids.solution),
            ("request", "Wants a spare key", "Ordered"),
        )
        self.assertEqual(str(told.request_ids.told_at), "2026-03-03 08:00:00")
        self.assertEqual(told.solution, "Ordered")
