from odoo import models


class AftersalesTicket(models.Model):
    """How far the work is, as its customer sees it (R-PROG-04)."""

    _inherit = "aftersales.ticket"

    def _get_portal_progress(self):
        """Return what the customer's page shows of the work.

        Plain values only, for the page shows them to whoever holds the link: ``jobs``
        (label, state), ``percent`` of them that are done, ``delays`` (old and new
        promised time, reason), ``additions`` (finding, safety, answer in words).
        """
        self.ensure_one()
        if self.state in ("new", "assigned", "diagnosed", "quoted", "cancelled"):
            return {}
        jobs = self.operation_ids.filtered(lambda job: job.state != "cancelled")
        labels = {
            "done": self.env._("Done"),
            "in_progress": self.env._("At work"),
            "paused": self.env._("At work"),
        }
        done = len(jobs.filtered(lambda job: job.state == "done"))
        answers = dict(
            self.addition_ids._fields["answer"]._description_selection(self.env)
        )
        return {
            "jobs": [
                (job.name, labels.get(job.state, self.env._("Planned"))) for job in jobs
            ],
            "percent": round(done / len(jobs) * 100) if jobs else 0,
            "delays": [
                {
                    "old": delay.old_promised_at,
                    "new": delay.new_promised_at,
                    "reason": delay.reason,
                }
                for delay in self.delay_ids.filtered(
                    lambda delay: delay.state == "told"
                ).sorted("id")
            ],
            "additions": [
                {
                    "finding": addition.finding,
                    "explanation": addition.explanation,
                    "is_safety": addition.is_safety,
                    "answer": answers.get(
                        addition.answer, self.env._("Waits for your answer")
                    ),
                }
                for addition in self.addition_ids.filtered("asked_at").sorted("id")
            ],
        }
