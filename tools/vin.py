"""Vehicle identification numbers: normalising, checking, decoding (R-BEY-01).

Pure Python, no database: what a number *says* is decided here, what is done about
it (error, warning, text) by ``aftersales.vehicle``.
"""

import re
from dataclasses import dataclass, field

from vininfo import Vin

LENGTH = 17
# 1-5 (North America) and L (China) bind their makers to the check digit.
BINDING_REGIONS = frozenset("12345L")
# I, O and Q are not used in a VIN because they are read as 1 and 0.
LIKELY_MEANT = {"I": "1", "O": "0", "Q": "0"}

_ALLOWED = re.compile(r"[A-HJ-NPR-Z0-9]")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a number.

    ``code``: ``length``, ``characters``, ``repeated`` or ``check_digit``.
    ``binding``: whether the number must be refused (else: warn).
    """

    code: str
    binding: bool = True
    # (position from 1, character, character likely meant or "")
    characters: tuple = field(default=())
    found: str = ""
    expected: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class Decoded:
    """Maker, region, country and model year as the number tells them; "" or 0 where
    it does not."""

    maker: str = ""
    region: str = ""
    country: str = ""
    year: int = 0


def normalize(number):
    """Return the number without any white space and in upper case ("" for nothing)."""
    return "".join((number or "").split()).upper()


def check_digit(number):
    """Return the character that belongs in position 9 of the 17-character number."""
    total = sum(
        _VALUES[char] * weight for char, weight in zip(number, _WEIGHTS, strict=True)
    )
    rest = total % 11
    return "X" if rest == 10 else str(rest)


def find_problem(number):
    """Return the first ``Problem`` of a normalised number, or None when it is sound.

    A wrong check digit binds for makers of the regions 1-5 and L only (R-BEY-01).
    """
    if len(number) != LENGTH:
        return Problem("length", found=str(len(number)))
    wrong = tuple(
        (position, char, LIKELY_MEANT.get(char, ""))
        for position, char in enumerate(number, start=1)
        if not _ALLOWED.fullmatch(char)
    )
    if wrong:
        return Problem("characters", characters=wrong, suggestion=_suggest(number))
    if len(set(number)) == 1:
        return Problem("repeated", found=number[0])
    expected = check_digit(number)
    if number[8] != expected:
        return Problem(
            "check_digit",
            binding=number[0] in BINDING_REGIONS,
            found=number[8],
            expected=expected,
        )
    return None


def _suggest(number):
    """Return the number with I, O, Q read as 1, 0, 0 when that makes it sound."""
    meant = "".join(LIKELY_MEANT.get(char, char) for char in number)
    if meant == number or find_problem(meant):
        return ""
    return meant


def decode(number, this_year):
    """Return what a sound normalised number says about its vehicle.

    The letter of the year repeats every 30 years: the latest year that is not past
    ``this_year`` + 1 is taken. In North America a digit in position 7 says the cycle
    that ended with 2009, a letter the one that began with 2010.
    """
    problem = find_problem(number)
    if problem and problem.binding:
        return Decoded()
    vin = Vin(number)
    years = [year for year in vin.years if year <= this_year + 1]
    if number[0] in "12345":
        cycle = [year for year in years if (year < 2010) == number[6].isdigit()]
        years = cycle or years
    maker = vin.manufacturer or ""
    return Decoded(
        maker="" if maker == "UnsupportedBrand" else maker,
        region=vin.region or "",
        country=vin.country or "",
        year=max(years, default=0),
    )
