"""What service parts may cost in sum: the double rule, without a database (R-PRICE-01).

The sum of the settlement prices of all service parts of one product is a multiple of
the product's own settlement price (2, in the catalogue). Wearing parts are priced at
cost, standard parts at cost plus little, protected core parts have no price: what
these leave of the sum is shared by all other parts in proportion to their cost.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

# Why there are no prices that keep the rule.
NO_TARGET = "no_target"
NO_PARTS = "no_parts"
NOTHING_FREE = "nothing_free"
NO_COST = "no_cost"
FIXED_TOO_DEAR = "fixed_too_dear"
BELOW_COST = "below_cost"


@dataclass
class Result:
    """What came out, in the currency of the costs.

    ``prices`` has a price for each free part, also where the rule cannot be kept,
    if there is one at all; ``problem`` is one of the reasons above, or empty.
    """

    target: Decimal
    fixed: Decimal = Decimal(0)
    free_cost: Decimal = Decimal(0)
    coefficient: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    prices: dict = field(default_factory=dict)
    problem: str = ""

    @property
    def difference(self):
        """How far the sum of all prices is from what the rule asks for."""
        return self.total - self.target


def _decimal(value):
    return Decimal(str(value))


def share(target, fixed, free, step=0.01):
    """Share what the fixed prices leave of ``target`` among the free parts.

    :param target: what all parts are to cost together
    :param fixed: list of ``(quantity, price)``: parts whose price is given
    :param free: dict of key -> ``(quantity, cost)``: parts that share the rest
    :param step: prices are multiples of it
    :rtype: Result
    """
    target, step = _decimal(target), _decimal(step)
    free = {key: (_decimal(q), _decimal(c)) for key, (q, c) in free.items()}
    result = Result(
        target=target,
        fixed=sum((_decimal(q) * _decimal(p) for q, p in fixed), Decimal(0)),
        free_cost=sum((q * c for q, c in free.values()), Decimal(0)),
    )
    result.total = result.fixed
    rest = target - result.fixed
    if target <= 0:
        result.problem = NO_TARGET
    elif not free and not fixed:
        result.problem = NO_PARTS
    elif rest < 0 or (rest == 0 and free):
        result.problem = FIXED_TOO_DEAR
    elif not free:
        if rest:
            result.problem = NOTHING_FREE
    elif any(cost <= 0 for __, cost in free.values()):
        result.problem = NO_COST
    if result.problem or not free:
        return result
    result.coefficient = rest / result.free_cost
    if result.coefficient < 1:
        result.problem = BELOW_COST
    result.prices = {
        key: ((cost * result.coefficient) / step).quantize(Decimal(1), ROUND_HALF_UP)
        * step
        for key, (__, cost) in free.items()
    }
    _settle_rounding(result, free, rest, step)
    result.total = result.fixed + sum(
        quantity * result.prices[key] for key, (quantity, __) in free.items()
    )
    return result


def _settle_rounding(result, free, rest, step):
    """Let the part that can bear it best take what the rounding has left over."""
    left = rest - sum(
        quantity * result.prices[key] for key, (quantity, __) in free.items()
    )
    if not left:
        return
    dearest = sorted(free, key=lambda key: result.prices[key], reverse=True)
    for key in dearest:
        change = left / free[key][0]
        if change % step == 0 and result.prices[key] + change > 0:
            result.prices[key] += change
            return
