from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.aftersales.tests.common import VINS, AftersalesCommon
from odoo.addons.aftersales.tools import vin


@tagged("post_install", "-at_install")
class TestVin(BaseCase):
    """The number itself, without any database (R-BEY-01)."""

    def test_numbers_known_to_be_right_pass(self):
        for number in VINS:
            with self.subTest(number):
                self.assertIsNone(vin.find_problem(number))

    def test_spaces_and_small_letters_are_normalised(self):
        self.assertEqual(vin.normalize(" 1m8gdm9a xkp0 42788\t"), "1M8GDM9AXKP042788")
        self.assertEqual(vin.normalize(None), "")

    def test_every_single_mistyped_digit_is_found(self):
        number = VINS[2]
        for position in (9, 12, 14, 16):
            for digit in "0123456789":
                if digit == number[position]:
                    continue
                typed = number[:position] + digit + number[position + 1 :]
                self.assertEqual(vin.find_problem(typed).code, "check_digit", typed)

    def test_length(self):
        problem = vin.find_problem(VINS[0][:-1])
        self.assertEqual((problem.code, problem.found), ("length", "16"))
        self.assertTrue(problem.binding)

    def test_all_same_is_refused_although_its_check_digit_fits(self):
        self.assertEqual(vin.check_digit("1" * 17), "1")
        self.assertEqual(vin.find_problem("1" * 17).code, "repeated")

    def test_letters_that_no_vin_has_are_named_with_what_was_meant(self):
        problem = vin.find_problem("LJCPCBLCXII000237")
        self.assertEqual(problem.code, "characters")
        self.assertEqual(problem.characters, ((10, "I", "1"), (11, "I", "1")))
        self.assertEqual(problem.suggestion, "LJCPCBLCX11000237")
        problem = vin.find_problem("LJCPCBLCX11OQ0237")
        self.assertEqual([mark[2] for mark in problem.characters], ["0", "0"])

    def test_other_signs_are_named_without_a_guess(self):
        problem = vin.find_problem("LJCPCBLC-11000237")
        self.assertEqual(problem.characters, ((9, "-", ""),))
        self.assertEqual(problem.suggestion, "")

    def test_check_digit_binds_in_regions_1_to_5_and_l_only(self):
        for first in "12345L":
            number = first + "M8GDM9A0KP042788"
            problem = vin.find_problem(number)
            self.assertTrue(problem is None or problem.binding, number)
        problem = vin.find_problem("WVWZZZ1JZXW000001")
        self.assertEqual((problem.code, problem.binding), ("check_digit", False))
        self.assertEqual((problem.found, problem.expected), ("Z", "0"))

    def test_decoding(self):
        decoded = vin.decode("1G1BN53E6NW128495", 2026)
        self.assertEqual(decoded.maker, "Chevrolet")
        self.assertEqual(decoded.region, "North America")
        # A digit in position 7: the cycle of the year letters before 2010.
        self.assertEqual(decoded.year, 1992)
        decoded = vin.decode("WVWZZZ1JZXW000001", 2026)
        self.assertEqual((decoded.maker, decoded.year), ("Volkswagen", 1999))
        self.assertEqual(vin.decode("nonsense", 2026), vin.Decoded())


@tagged("post_install", "-at_install")
class TestVehicleVin(AftersalesCommon):
    """What the vehicle file makes of a number."""

    def _create(self, number, **vals):
        return self.env["aftersales.vehicle"].create(
            {"vin": number, "partner_id": self.customer.id, **vals}
        )

    def test_the_likely_mistyped_character_is_named(self):
        with self.assert_refused(ValidationError, "“O” in position 14.* 0"):
            self._create("LJCPCBLCX1100O237")
        with self.assert_refused(ValidationError, "mean LJCPCBLCX11000237"):
            self._create("LJCPCBLCX1100O237")

    def test_wrong_check_digit_is_refused_where_it_binds(self):
        with self.assert_refused(ValidationError, "is 1 and should be X"):
            self._create("LJCPCBLC111000237")
        with self.assert_refused(ValidationError, "has 5 characters"):
            self.vehicle.vin = "12345"
        self.assertEqual(self.vehicle.vin, VINS[0])

    def test_wrong_check_digit_elsewhere_warns_visibly(self):
        vehicle = self._create("WVWZZZ1JZXW000001")
        self.assertIn("should be 0", vehicle.vin_warning)
        self.assertFalse(self.vehicle.vin_warning)

    def test_what_the_number_tells_is_stored(self):
        vehicle = self._create(" wvwzzz1jzxw000001 ")
        self.assertEqual(vehicle.vin, "WVWZZZ1JZXW000001")
        self.assertEqual(vehicle.vin_maker, "Volkswagen")
        self.assertEqual(vehicle.vin_region, "Europe")
        self.assertEqual(vehicle.vin_year, 1999)
