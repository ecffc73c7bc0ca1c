"""Numbers as people read them: digits in groups of three, powers of ten written out, no computer notation.

All texts on screen take their numbers from here, so a value looks the same wherever it is shown.
"""

from __future__ import annotations

import math

GAP = "\u00a0"
"""Between groups of three digits; a line never breaks there."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def count(n: int) -> str:
    """Write a whole number with its digits in groups of three."""
    return f"{n:,}".replace(",", GAP).replace("-", "−")


def power_of_ten(exponent: int) -> str:
    """Write a power of ten with a raised exponent."""
    return "10" + str(exponent).translate(_RAISED)


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, without trailing zeros.

    Parameters
    ----------
    value : float
        May be infinite or not a number: that is said in words.
    digits : int
        Significant digits; whole numbers below a million keep all of theirs.
    """
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "infinite" if value > 0 else "−infinite"
    if value == 0:
        return "0"
    if value == round(value) and abs(value) < 1e6:
        return count(round(value))
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        text = f"{value:,.{max(0, digits - 1 - power)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(",", GAP).replace("-", "−")
    mantissa = (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa).replace("-", "−")
    return power_of_ten(power) if mantissa == "1" else f"{mantissa} × {power_of_ten(power)}"


def counted(n: int, noun: str) -> str:
    """Write a number with its noun in the right form, for example "1 epoch" and "3 epochs"."""
    return f"{count(n)} {noun}{'' if n == 1 else 's'}"
