from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import LockError, UserError


class AftersalesPriceRun(models.Model):
    """Prices are laid before Finance, who publishes them with a date (R-PRICE-08)."""

    _inherit = "aftersales.price.run"

    def action_propose(self):
        """Lay the prices before Finance (Parts keeper).

        :raises UserError: without prices, or where the rule cannot be kept
        """
        self._check_role("parts_keeper")
        self._check_state("draft")
        for run in self:
            if run.problem:
                raise UserError(
                    self.env._(
                        "Price run %(run)s: %(problem)s",
                        run=run.name,
                        problem=run.problem,
                    )
                )
            run._check_prices()
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "proposed",
                "asked_by_id": self.env.uid,
                "asked_at": fields.Datetime.now(),
            }
        )
        return True

    def _check_prices(self):
        """Raise UserError unless everything that is sold has its prices."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "Price run %(run)s names no prices yet. Find the prices, or enter "
                    "lines.",
                    run=self.name,
                )
            )
        bare = self.line_ids.filtered(
            lambda line: (
                line.basis != "core"
                and not (
                    line.guide_price
                    and (line.price or line.product_id.type == "service")
                )
            )
        )
        if bare:
            raise UserError(
                self.env._(
                    "Price run %(run)s: these have no price yet: %(parts)s. Find the "
                    "prices, or enter them.",
                    run=self.name,
                    parts=", ".join(bare.mapped("product_id.display_name")),
                )
            )

    def action_back_to_draft(self):
        """Take the prices back to change them: who proposed them, or Finance."""
        self._check_role("parts_keeper", "finance")
        self._check_state("proposed", "cancelled")
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write({"state": "draft", "asked_by_id": False, "asked_at": False})
        return True

    def action_cancel(self):
        """Give up prices that are not published (Parts keeper, Finance)."""
        self._check_role("parts_keeper", "finance")
        self._check_state("draft", "proposed")
        # sudo: the state is not editable; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    def action_publish(self):
        """Publish the prices on the company's two lists from their day on (Finance).

        What was in force ends a second before. Prices of a day to come are sold at
        from that day, by themselves.

        :raises UserError: by who proposed them, for a day that has passed, or when
            another run publishes a part for the very same day
        """
        self._check_role("finance")
        # sudo: Finance has no right on price lists; role and access are checked above
        runs = self.sudo()
        try:
            runs.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Price run %(run)s is being worked on by somebody else at this "
                    "moment. Look at it again.",
                    run=", ".join(self.mapped("name")),
                )
            ) from error
        runs.invalidate_recordset(["state", "asked_by_id"])
        runs._check_state("proposed")
        today = fields.Date.context_today(self)
        for run in runs:
            if run.asked_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Price run %(run)s: you proposed these prices yourself. "
                        "Somebody else from Finance publishes them.",
                        run=run.name,
                    )
                )
            if run.date_effective < today:
                raise UserError(
                    self.env._(
                        "Price run %(run)s: prices cannot be in force from %(day)s, "
                        "that day has passed. Take it back and choose another day.",
                        run=run.name,
                        day=run.date_effective,
                    )
                )
            run._check_prices()
            run._publish()
        runs.write(
            {
                "state": "published",
                "published_by_id": self.env.uid,
                "published_at": fields.Datetime.now(),
            }
        )
        return True

    def _publish(self):
        """Put the prices of this run on the lists, from the begin of its day on."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.basis != "core")
        start = self._get_start()
        items = self.env["product.pricelist.item"]
        for kind, fname in (("settlement", "price"), ("guide", "guide_price")):
            pricelist = self.company_id._get_aftersales_pricelist(kind)
            priced = lines.filtered(fname)
            ends = self._end_present_prices(pricelist, priced.product_id, start)
            items.create(
                [
                    {
                        **line._prepare_item_vals(pricelist, fname),
                        "date_start": start,
                        "date_end": ends.get(line.product_id.id),
                    }
                    for line in priced
                ]
            )

    def _get_start(self):
        """Return when the day begins on which the prices are in force, in UTC."""
        self.ensure_one()
        zone = ZoneInfo(self.company_id.resource_calendar_id.tz or "UTC")
        begin = datetime.combine(self.date_effective, time.min, tzinfo=zone)
        return begin.astimezone(UTC).replace(tzinfo=None)

    def _end_present_prices(self, pricelist, products, start):
        """End the prices of ``products`` on ``pricelist`` before ``start``.

        :return: dict of product id -> when the next published price begins, a second
            before: a run for an earlier day does not undo one for a later day
        :raises UserError: when a price begins at ``start`` already
        """
        self.ensure_one()
        present = self.env["product.pricelist.item"].search(
            [
                ("pricelist_id", "=", pricelist.id),
                ("product_id", "in", products.ids),
                ("aftersales_run_line_id", "!=", False),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", start),
            ]
        )
        before = start - timedelta(seconds=1)
        ending, ends = self.env["product.pricelist.item"], {}
        for item in present:
            if item.date_start == start:
                raise UserError(
                    self.env._(
                        "Price run %(run)s: run %(other)s publishes %(product)s for "
                        "the same day. Choose another day.",
                        run=self.name,
                        other=item.aftersales_run_line_id.run_id.name,
                        product=item.product_id.display_name,
                    )
                )
            if item.date_start < start:
                ending |= item
                continue
            end = item.date_start - timedelta(seconds=1)
            product_id = item.product_id.id
            ends[product_id] = min(ends.get(product_id, end), end)
        ending.write({"date_end": before})
        return ends
