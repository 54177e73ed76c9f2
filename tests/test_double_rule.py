from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import double_rule

CENT = Decimal("0.01")
TENTH = Decimal("0.1")
costs = st.integers(min_value=5, max_value=9000000).map(lambda cents: cents * CENT)
quantities = st.integers(min_value=1, max_value=12)


@tagged("post_install", "-at_install")
class TestDoubleRule(BaseCase):
    """The sum of all service parts is twice the product (R-PRICE-01)."""

    def test_an_example(self):
        """A truck at 50,000: its parts come to 100,000."""
        result = double_rule.share(
            100000,
            fixed=[(4, 120), (20, 5.25)],  # wear at cost, standard at cost + 5 %
            free={"motor": (1, 6100), "battery": (6, 2900), "controller": (1, 2300)},
        )
        self.assertFalse(result.problem)
        self.assertEqual(result.total, 100000)
        self.assertEqual(result.fixed, 585)
        share = Decimal(99415) / 25800
        self.assertAlmostEqual(result.coefficient, share)
        self.assertAlmostEqual(result.prices["motor"], 6100 * share, delta=3 * CENT)
        self.assertAlmostEqual(result.prices["battery"], 2900 * share, delta=CENT)

    def test_why_it_is_impossible(self):
        free = {"motor": (1, 100)}
        for problem, target, fixed, parts in (
            (double_rule.NO_TARGET, 0, [], free),
            (double_rule.NO_PARTS, 200, [], {}),
            (double_rule.FIXED_TOO_DEAR, 200, [(1, 201)], free),
            (double_rule.FIXED_TOO_DEAR, 200, [(1, 200)], free),
            (double_rule.NOTHING_FREE, 200, [(1, 150)], {}),
            (double_rule.NO_COST, 200, [(1, 50)], {"motor": (1, 0)}),
            (double_rule.BELOW_COST, 200, [(1, 120)], free),
        ):
            result = double_rule.share(target, fixed, parts)
            self.assertEqual(result.problem, problem)
        self.assertFalse(double_rule.share(200, [(2, 100)], {}).problem)

    @settings(max_examples=300, deadline=None)
    @given(
        factor=st.integers(min_value=10, max_value=50).map(lambda tenth: tenth * TENTH),
        fixed=st.lists(st.tuples(quantities, costs), max_size=6),
        free=st.lists(st.tuples(quantities, costs), min_size=1, max_size=12),
    )
    def test_the_sum_comes_out(self, factor, fixed, free):
        parts = dict(enumerate(free))
        cost = sum(q * c for q, c in free) + sum(q * p for q, p in fixed)
        target = (cost * factor).quantize(CENT)
        result = double_rule.share(target, fixed, parts)
        if result.problem:
            self.assertEqual(result.problem, double_rule.BELOW_COST)
            self.assertLess(result.coefficient, 1)
            return
        total = result.fixed + sum(
            q * result.prices[key] for key, (q, __) in parts.items()
        )
        self.assertEqual(total, result.total)
        # To the cent as soon as one part is there once; else within half a cent each.
        if any(q == 1 for q, __ in free):
            self.assertEqual(total, target)
        pieces = sum(q for q, __ in free)
        self.assertLessEqual(abs(result.difference), CENT / 2 * pieces)
        for key, (__, part_cost) in parts.items():
            self.assertGreater(result.prices[key], 0)
            # Twice the cost is twice the price, as near as cents allow.
            if any(q == 1 for q, __ in free):
                continue
            self.assertAlmostEqual(
                result.prices[key],
                part_cost * result.coefficient,
                delta=CENT * pieces,
            )
