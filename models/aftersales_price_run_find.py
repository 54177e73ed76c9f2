from odoo import models
from odoo.exceptions import UserError

from ..tools import double_rule


class AftersalesPriceRun(models.Model):
    """How a run finds its prices: the double rule, or a formula on cost."""

    _inherit = "aftersales.price.run"

    def action_find_prices(self):
        """Find the prices anew; what is held keeps its price (Parts keeper).

        Where the double rule cannot be kept, the run says why, with the figures, and
        goes no further (R-PRICE-01).

        :raises UserError: when the run is not a draft, or has nothing to price
        """
        self._check_role("parts_keeper")
        self._check_state("draft")
        # sudo: costs and marks are not editable; role and state are checked above
        for run in self.sudo():
            if run.method != "entered":
                run._fill_lines()
            if not run.line_ids:
                raise UserError(
                    run.env._(
                        "Price run %(run)s has nothing to price. Put parts on the "
                        "parts list, mark them as serviceable, or enter lines.",
                        run=run.name,
                    )
                )
            run.line_ids._read_present_prices()
            run.problem = False
            run._price_fixed()
            if run.method == "double":
                run._price_by_double_rule()
            run._price_guide()
        return True

    def _fill_lines(self):
        """Bring the lines in step with what there is to price."""
        self.ensure_one()
        wanted = self._get_products()
        there = {line.product_id: line for line in self.line_ids}
        gone = self.line_ids.filtered(lambda line: line.product_id not in wanted)
        gone.unlink()
        new = []
        for sequence, (product, (quantity, counts)) in enumerate(wanted.items()):
            vals = {"sequence": sequence, "quantity": quantity, "counts": counts}
            if product in there:
                there[product].write(vals)
            else:
                new.append({**vals, "run_id": self.id, "product_id": product.id})
        self.env["aftersales.price.run.line"].sudo().create(new)

    def _get_products(self):
        """Return what this run prices: product -> (quantity in one product, counts).

        By the double rule all parts of the list, else all serviceable parts.
        """
        self.ensure_one()
        if self.method == "double":
            return self.bom_id._get_priced_parts()
        products = self.env["product.product"].search(
            [
                ("aftersales_is_part", "=", True),
                ("aftersales_serviceable", "=", True),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            order="default_code, name, id",
        )
        return {product: (1.0, True) for product in products}

    def _price_fixed(self):
        """Price what does not take part in sharing the sum (R-PRICE-03, R-PRICE-04)."""
        self.ensure_one()
        for line in self.line_ids:
            part_class = line.product_id.aftersales_part_class
            line.part_class = part_class
            if part_class == "core":
                line.write({"basis": "core", "price": 0.0, "is_held": False})
            elif line.is_held:
                line.basis = "held"
            elif self.method == "entered":
                line.basis = "entered"
            elif part_class == "wear":
                line.write({"basis": "cost", "price": self._round(line.cost)})
            elif part_class == "standard":
                price = line.cost * (1 + self.standard_margin / 100)
                line.write({"basis": "margin", "price": self._round(price)})
            elif self.method == "formula":
                price = line.cost * (1 + self.part_margin / 100)
                line.write({"basis": "formula", "price": self._round(price)})
            else:
                line.basis = "share"

    def _round(self, price):
        return self.currency_id.round(price)

    def _price_by_double_rule(self):
        """Share what the rule leaves among the other parts, or say why it cannot."""
        self.ensure_one()
        counted = self.line_ids.filtered("counts")
        sharing = self.line_ids.filtered(lambda line: line.basis == "share")
        result = double_rule.share(
            self.target,
            fixed=[
                (line.quantity, line.price)
                for line in counted
                if line.basis not in ("share", "core")
            ],
            free={
                line.id: (line.quantity, line.cost) for line in sharing if line.counts
            },
            step=self.currency_id.rounding,
        )
        for line in sharing:
            if line.counts:
                line.price = float(result.prices.get(line.id, 0.0))
            else:
                # A part inside a module: the same relation of price to cost.
                line.price = self._round(line.cost * float(result.coefficient))
        if result.problem:
            self.problem = self._explain(result)

    def _explain(self, result):
        """Return why the double rule cannot be kept, with the figures."""
        self.ensure_one()
        money = self.currency_id.format
        counted = self.line_ids.filtered("counts")
        values = {
            "list": self.bom_id.name,
            "target": money(float(result.target)),
            "factor": self.factor,
            "price": money(self.product_price),
            "fixed": money(float(result.fixed)),
            "rest": money(float(result.target - result.fixed)),
            "cost": money(float(result.free_cost)),
            "needed": money(float(result.fixed + result.free_cost)),
            "parts": ", ".join(
                line.product_id.display_name
                for line in counted
                if line.basis == "share" and not line.cost
            ),
        }
        problem = result.problem
        if problem == double_rule.NO_TARGET:
            text = self.env._(
                "The product of %(list)s has no settlement price: enter what a dealer "
                "pays for it.",
                **values,
            )
        elif problem == double_rule.NO_PARTS:
            text = self.env._(
                "Only protected core parts are on %(list)s: they have no price, so "
                "nothing can come to %(target)s.",
                **values,
            )
        elif problem == double_rule.FIXED_TOO_DEAR:
            text = self.env._(
                "Wearing, standard and held parts alone come to %(fixed)s; %(factor)s "
                "x %(price)s leaves no more than %(target)s for all parts. Release "
                "held prices, look at costs and quantities, or change the factor.",
                **values,
            )
        elif problem == double_rule.NOTHING_FREE:
            text = self.env._(
                "All parts with a price are wearing, standard or held parts, in all "
                "%(fixed)s; the rule asks for %(target)s. No part is left that could "
                "carry the difference of %(rest)s: release a held price, or change the "
                "class of parts that are no wearing or standard parts.",
                **values,
            )
        elif problem == double_rule.NO_COST:
            text = self.env._(
                "The sum is shared in proportion to cost, but these parts have none: "
                "%(parts)s. Enter their cost, or hold a price for them.",
                **values,
            )
        else:
            text = self.env._(
                "The other parts cost %(cost)s themselves, but the rule leaves them "
                "%(rest)s (%(target)s less %(fixed)s for wearing, standard and held "
                "parts): they would be sold below cost. The sum has to be at least "
                "%(needed)s.",
                **values,
            )
        if self.core_cost:
            text += "\n" + self.env._(
                "Protected core parts with a cost of %(core)s carry no price; the "
                "others carry their share.",
                core=money(self.core_cost),
            )
        return text

    def _price_guide(self):
        """Set what users are charged, above what dealers pay."""
        self.ensure_one()
        for line in self.line_ids:
            if line.basis in ("entered", "held") and line.guide_price:
                continue
            markup = line._get_guide_markup()
            line.guide_price = self._round(line.price * (1 + markup))
