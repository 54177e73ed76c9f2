from odoo import SUPERUSER_ID, fields, models

TOLD = "aftersales.activity_dunning_guarantor"


class AftersalesDunningLetter(models.Model):
    """What happens when a letter goes out."""

    _inherit = "aftersales.dunning.letter"

    def _send(self, company, today):
        """Send these drafts of ``company`` with what is due today (in sudo).

        The mail has the letter with it as it is printed, in the customer's language.
        """
        plans = self._get_plans(company, today, self.partner_id)
        self._fill(plans, today)
        letters = self.filtered(lambda letter: letter.state == "draft")
        for letter in letters:
            mailed = letter.level_id.mail_template_id and letter.contact_id.email
            letter.write(
                {
                    "state": "sent",
                    "channel": "mail" if mailed else "print",
                    # Nobody signs what the scheduled action sends.
                    "sent_by_id": self.env.uid != SUPERUSER_ID and self.env.uid,
                    "sent_at": fields.Datetime.now(),
                }
            )
        letters.line_ids.sent = True
        letters._write_on_invoices(today)
        for letter in letters:
            letter._call_people()
            if letter.channel == "mail":
                letter.message_post_with_source(
                    letter.level_id.mail_template_id, subtype_xmlid="mail.mt_comment"
                )
        return letters

    def _write_on_invoices(self, today):
        """Say on each invoice how far it has come, and by which letter."""
        advancing = self.line_ids.filtered("advances")
        for level, lines in advancing.grouped("level_id").items():
            lines.move_id.write(
                {
                    "aftersales_dunning_level_id": level.id,
                    "aftersales_dunning_date": today,
                }
            )
        advancing.move_id._message_log_batch(
            bodies={
                line.move_id.id: self.env._(
                    "%(level)s (%(letter)s): %(amount)s overdue since %(date)s",
                    level=line.level_id.name,
                    letter=line.letter_id.name,
                    amount=line.currency_id.format(line.amount),
                    date=fields.Date.to_string(line.date_due),
                )
                for line in advancing
            }
        )

    def _call_people(self):
        """Call who has to see to the debt, and tell who answers for it."""
        self.ensure_one()
        for level, lines in (
            self.line_ids.filtered("advances").grouped("level_id").items()
        ):
            kind = level.activity_type_id
            if (
                kind
                and level.activity_role == "collector"
                and (not level.activity_user_id)
            ):
                for move in lines.move_id:
                    users = move.aftersales_guarantor_ids
                    users = users or move.aftersales_ticket_id.advisor_id
                    self._remind(move, users, kind)
            elif kind:
                user = level.activity_user_id or self.env[
                    "aftersales.deadline"
                ]._default_user(level.activity_role or "finance", self.company_id)
                if user:
                    self.activity_schedule(
                        activity_type_id=kind.id, user_id=user.id, summary=level.name
                    )
            if level.tell_guarantor:
                for move in lines.move_id:
                    self._remind(
                        move, move.aftersales_guarantor_ids, self.env.ref(TOLD)
                    )
        if self.channel == "print":
            user = self.env["aftersales.deadline"]._default_user(
                "finance", self.company_id
            )
            if user:
                self.activity_schedule(
                    "aftersales.activity_dunning_print", user_id=user.id
                )

    def _remind(self, move, users, kind):
        """Call ``users`` on the ticket of an invoice."""
        summary = self.env._(
            "%(invoice)s: %(amount)s open, letter %(letter)s",
            invoice=move.name,
            amount=move.currency_id.format(move.amount_residual),
            letter=self.name,
        )
        for user in users.filtered("active"):
            move.aftersales_ticket_id.activity_schedule(
                activity_type_id=kind.id, user_id=user.id, summary=summary
            )
