from odoo import api, fields, models


class IrCron(models.Model):
    """A long scheduled action goes on where its time was up."""

    _inherit = "ir.cron"

    @api.model
    def _aftersales_rounds(self, name, todo, key):
        """Yield the pieces of ``todo``, commit after each, and stop when time is up.

        Odoo gives an action a few seconds, then calls it again at once. What finds all
        its pieces anew would begin with the same ones for ever, and the last would
        never have their turn: so the next call of the same day goes on behind the last
        one that was done.

        :param name: of the action
        :param key: function that returns a tuple of numbers for a piece; pieces are
            taken in its order, which must not depend on what is done already
        """
        # sudo: where it stopped; nobody else reads or writes it
        parameters = self.env["ir.config_parameter"].sudo()
        parameter = f"aftersales.rounds.{name}"
        today = fields.Date.to_string(fields.Date.today())
        day, __, numbers = (parameters.get_param(parameter) or "").partition(" ")
        todo = sorted(todo, key=key)
        if day == today and numbers:
            last = tuple(int(number) for number in numbers.split(","))
            todo = [item for item in todo if key(item) > last]
        self._commit_progress(remaining=len(todo))
        for number, item in enumerate(todo, 1):
            yield item
            if not self._commit_progress(1) and number < len(todo):
                done = ",".join(str(number) for number in key(item))
                parameters.set_param(parameter, f"{today} {done}")
                return
        if numbers:
            parameters.set_param(parameter, False)
