import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class AftersalesFailureMixin(models.AbstractModel):
    """A row that a scheduled action could not handle: somebody is told, once.

    The action goes on with the others and tries this row again; the reason stays on
    the row until it could be handled.
    """

    _name = "aftersales.failure.mixin"
    _description = "Row That May Fail in a Scheduled Action"

    failure = fields.Char(
        readonly=True,
        copy=False,
        help="Why the scheduled action could not handle it the last time.",
    )

    def _get_failure_record(self):
        """Hook: the record on which a person is asked to look."""
        return self

    def _get_failure_user(self):
        """Hook: who is asked to look; here the manager of the company."""
        company = self._get_failure_record().company_id
        return self.env["aftersales.deadline"]._default_user(
            "manager", company
        ) or self.env.ref("base.user_admin")

    def _get_failure_summary(self):
        """Hook: what could not be handled, in words; here the name of the row."""
        return self.display_name

    def _write_failure(self, error):
        """Keep the reason with the row, and ask somebody to look, once.

        :param error: the exception, or a text
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                if not self.failure:
                    self._get_failure_record().activity_schedule(
                        "mail.mail_activity_data_warning",
                        user_id=self._get_failure_user().id,
                        summary=self._get_failure_summary(),
                        note=str(error),
                    )
                self.failure = str(error)[:500] or type(error).__name__
                self.env.flush_all()
        except Exception:
            # The log has it: a record in that state must not stop the others.
            self.env.invalidate_all(flush=False)
            _logger.exception("Could not keep the failure of %s", self)
