"""Truth tables of any Boolean function: what they are called, and how many hidden units they ask for.

Two ways to build a network with one hidden layer need to know different things of a table. One unit for each true case
(or for each term that several true cases share) works for every function. Counting the true inputs needs fewer units,
but only for functions that do not care *which* inputs are true.

Source: lecture, "Expressive Capabilities of ANNs"; Mitchell 1997, p. 105.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from nlcore.records import FloatArray

Truth = tuple[int, ...]
"""0 or 1 for the cases 0...00, 0...01, ..., 1...11: always 2^n of them."""
Term = tuple[int | None, ...]
"""What each input must be: 1 true, 0 false, None either. A term is true where all of these hold."""
MOST_INPUTS = 5
"""Tables with more are not drawn, and their fewest terms are not looked for."""

BY_COUNT: dict[str, Callable[[int, int], bool]] = {
    "parity": lambda k, _: k % 2 == 1,
    "and": lambda k, n: k == n,
    "or": lambda k, _: k > 0,
    "nand": lambda k, n: k < n,
    "nor": lambda k, _: k == 0,
    "majority": lambda k, n: 2 * k > n,
    "exactly_one": lambda k, _: k == 1,
    "always": lambda *_: True,
    "never": lambda *_: False,
}
"""Functions with names, from the number of true inputs k and the number of inputs n; the most usual name first."""


def named(name: str, n: int) -> Truth:
    """Return the table of a function that has a name; see `BY_COUNT`."""
    return tuple(int(BY_COUNT[name](sum(case), n)) for case in product((0, 1), repeat=n))


def name_of(truth: Truth) -> str:
    """Return the first name that fits a table; empty if none does."""
    n = n_inputs(truth)
    return next((name for name in BY_COUNT if named(name, n) == truth), "")


def truth_of(text: str, n: int) -> Truth:
    """Read a table that is written as 2^n zeros and ones, or as a name.

    Raises
    ------
    ValueError
        In words, if it is neither.
    """
    if text in BY_COUNT:
        return named(text, n)
    digits = "".join(text.split())
    if not digits or digits.strip("01"):
        raise ValueError(
            f"truth must be zeros and ones, one a case, or one of {', '.join(BY_COUNT)}, not {text[:40]!r}"
        )
    if len(digits) != 2**n:
        raise ValueError(
            f"truth has {len(digits)} values, but {n} input{'' if n == 1 else 's'} (n) make {2**n} cases; "
            "give one value a case"
        )
    return tuple(map(int, digits))


def written(truth: Truth) -> str:
    """Write a table as zeros and ones."""
    return "".join(map(str, truth))


def n_inputs(truth: Truth) -> int:
    """Return how many inputs a table has."""
    return len(truth).bit_length() - 1


def true_cases(truth: Truth) -> tuple[Term, ...]:
    """Return a term for each true case; true for that case alone."""
    return tuple(case for case, value in zip(product((0, 1), repeat=n_inputs(truth)), truth, strict=True) if value)


def by_count(truth: Truth) -> tuple[int, ...] | None:
    """Return the function's value for 0, 1, ..., n true inputs; None if it depends on which inputs are true.

    Functions of the first kind are called symmetric: parity, majority, AND, OR, at least m of n.
    """
    found: dict[int, int] = {}
    for case, value in zip(product((0, 1), repeat=n_inputs(truth)), truth, strict=True):
        if found.setdefault(sum(case), value) != value:
            return None
    return tuple(found[k] for k in sorted(found))


def changes(values: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the numbers k of true inputs at which a symmetric function changes, each with +1 or -1."""
    return tuple((k, new - old) for k, (old, new) in enumerate(pairwise(values), 1) if new != old)


@lru_cache(maxsize=256)
def fewest_terms(truth: Truth) -> tuple[Term, ...]:
    """Return as few terms as possible that together are true exactly where the function is (Quine, McCluskey).

    Two terms that differ in one input only are joined to one that does not ask for that input; what cannot be joined
    any further is a *prime implicant*. Of these, the smallest set that covers all true cases is searched for, and among
    equal ones that with the fewest literals.

    Raises
    ------
    ValueError
        If there are more than 5 inputs.
    """
    if n_inputs(truth) > MOST_INPUTS:
        raise ValueError(f"the fewest terms are looked for with up to {MOST_INPUTS} inputs, not {n_inputs(truth)}")
    primes = _prime_implicants(truth)
    wanted = frozenset(true_cases(truth))
    covers = {prime: frozenset(case for case in wanted if is_true(prime, case)) for prime in primes}
    return tuple(sorted(_cover(wanted, covers), key=_order))


def is_true(term: Term, case: Term) -> bool:
    """Tell whether a term is true for a case."""
    return all(wanted is None or wanted == value for wanted, value in zip(term, case, strict=True))


def _prime_implicants(truth: Truth) -> list[Term]:
    terms = set(true_cases(truth))
    primes: list[Term] = []
    while terms:
        joined: set[Term] = set()
        used: set[Term] = set()
        for term in terms:
            for i, value in enumerate(term):
                other = (*term[:i], 1, *term[i + 1 :])
                if value == 0 and other in terms:
                    joined.add((*term[:i], None, *term[i + 1 :]))
                    used |= {term, other}
        primes += terms - used
        terms = joined
    return sorted(primes, key=_order)


def _order(term: Term) -> tuple[int, tuple[int, ...]]:
    """Sort terms with few literals first, and by their cases."""
    return n_literals(term), tuple(2 if value is None else 1 - value for value in term)


def n_literals(term: Term) -> int:
    """Return how many inputs a term asks for."""
    return sum(value is not None for value in term)


def _cover(wanted: frozenset[Term], covers: dict[Term, frozenset[Term]]) -> tuple[Term, ...]:
    """Return the best set of terms that covers all cases, by trying each term that covers the hardest case."""
    best: tuple[Term, ...] = tuple(covers)
    cost = (len(best), sum(map(n_literals, best)))
    shortest = min(map(n_literals, covers), default=0)
    terms_of = {case: [term for term, covered in covers.items() if case in covered] for case in sorted(wanted)}
    order = sorted(terms_of, key=lambda case: len(terms_of[case]))
    together = {case: frozenset().union(*(covers[term] for term in terms_of[case])) for case in order}

    def fewest(left: frozenset[Term]) -> int:
        """Return how many terms cases need at least: no term covers two of those that are counted here."""
        most = max(len(left & covered) for covered in covers.values())
        apart, rest = 0, left
        for case in order:
            if case in rest:
                apart, rest = apart + 1, rest - together[case]
        return max(apart, -(-len(left) // most))

    def search(left: frozenset[Term], chosen: tuple[Term, ...], literals: int) -> None:
        nonlocal best, cost
        if not left:
            if (len(chosen), literals) < cost:
                best, cost = chosen, (len(chosen), literals)
            return
        more = fewest(left)
        if (len(chosen) + more, literals + more * shortest) >= cost:
            return
        hardest = next(case for case in order if case in left)
        for term in sorted(terms_of[hardest], key=lambda term: -len(left & covers[term])):
            search(left - covers[term], (*chosen, term), literals + n_literals(term))

    search(wanted, (), 0)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class BooleanTable:
    """Examples that are the cases of a Boolean function, each once.

    Attributes
    ----------
    truth : tuple of int
        The function.
    rows : ndarray, shape (2^n,)
        Which example each case is.
    false, true : float
        How these are written in the inputs.
    """

    truth: Truth
    rows: NDArray[np.int64]
    false: float
    true: float

    @property
    def n(self) -> int:
        """How many inputs there are."""
        return n_inputs(self.truth)


def table_of(inputs: FloatArray, targets: FloatArray) -> BooleanTable | None:
    """Read examples as a truth table; None if they are no such table.

    Parameters
    ----------
    inputs : ndarray, shape (2^n, n)
        Two different numbers only, the smaller for false; every case once, in any order.
    targets : ndarray, shape (2^n, 1)
        High for true. Where all are equal, above 1/2 is true: 1 in either coding.
    """
    n, width = inputs.shape
    if targets.shape != (n, 1) or not 0 < width <= 16 or n != 2**width:
        return None
    false, true = float(inputs.min()), float(inputs.max())
    is_high = inputs == true
    if false == true or not np.all(is_high | (inputs == false)):
        return None
    cases = is_high @ (1 << np.arange(width - 1, -1, -1))
    rows = np.argsort(cases)
    if np.any(cases[rows] != np.arange(n)):
        return None
    low, high = float(targets.min()), float(targets.max())
    middle = 0.5 if low == high else (low + high) / 2.0
    truth = tuple(int(value > middle) for value in targets[rows, 0].tolist())
    return BooleanTable(truth, rows.astype(np.int64), false, true)
