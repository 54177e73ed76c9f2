from odoo import fields
from odoo.exceptions import UserError

LOCKS = ("fiscalyear_lock_date", "hard_lock_date")


class LockMixin:
    """Closed books: said clearly, and nothing of the step stays."""

    def _assert_closed(self, day, step, words, *untouched):
        """Assert that ``step`` is refused by either lock, with ``words`` and the day,
        and that the rows, and the number of entries, are as before."""
        fnames = ("state", "entry_id", "account_move_id", "refund_id")
        rows = [
            (row, name) for row in untouched for name in fnames if name in row._fields
        ]
        before = [row[name] for row, name in rows]
        entries = self._entries()
        for lock in LOCKS:
            with self.subTest(lock):
                outer = self.env.cr.savepoint()
                self.company[lock] = day
                self.env.flush_all()
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    step()
                for word in (*words, fields.Date.to_string(day)):
                    self.assertIn(word, str(caught.exception))
                self.env.invalidate_all()
                self.assertEqual([row[name] for row, name in rows], before)
                self.assertEqual(self._entries(), entries)
                outer.close(rollback=True)
                self.env.invalidate_all()

    def _entries(self):
        return self.env["account.move"].search_count(
            [("company_id", "=", self.company.id)]
        )
