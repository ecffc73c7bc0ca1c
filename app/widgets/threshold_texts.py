"""What the threshold unit's pane says: the verdict, the interval of the bias, and why some tables are impossible.

Plain sentences without Qt. Every number is the person's own; strictness is exact, since the unit says true only for a
net input above 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from app.widgets.numbers import GAP, counted, number
from app.widgets.truth_table import TruthTable, Weights
from nlcore.theory.separability import Inequality, left_side
from nlcore.theory.threshold_intervals import Interval

TIMES = {1: "", 2: "twice", 3: "three times", 4: "four times", 5: "five times"}
RIGHT, WRONG = "✓ right", "✗ wrong"
NO_LINE = "w1 and w2 are both 0, so there is no line: every case gets the same answer. Change w1 or w2."


def verdict(table: TruthTable, weights: Weights) -> str:
    """Say how many answers are right."""
    right = table.right(weights)
    n, n_right = len(table), int(right.sum())
    if n_right == n:
        return f"✓ All {n} answers are right."
    wrong = [table.case(int(i)) for i in np.flatnonzero(~right)]
    named = f"Wrong: {', '.join(wrong)}." if len(wrong) <= 4 else f"Wrong: {', '.join(wrong[:3])} and more."
    return f"✗ {n_right} of {counted(n, 'answer')} {'is' if n_right == 1 else 'are'} right. {named}"


def interval_words(interval: Interval) -> str:
    """Write an interval of w0, as in "−1 < w0 ≤ −0.5"."""
    low, high = number(interval.low, 4), number(interval.high, 4)
    if math.isinf(interval.low):
        said = "any w0" if math.isinf(interval.high) else f"w0 ≤ {high}"
    else:
        said = f"w0 > {low}" if math.isinf(interval.high) else f"{low} < w0 ≤ {high}"
    return said.replace(" ", GAP)


def bias_words(table: TruthTable, weights: Weights) -> str:
    """Say which w0 would be right with the other weights as they are, or why none would."""
    interval, w0 = table.interval(weights), weights[0]
    if interval is not None:
        said = f"With {others(weights)} all answers are right for {interval_words(interval)}."
        if w0 in interval:
            return f"{said} Your w0 = {number(w0, 4)} lies inside."
        too = "too small" if w0 <= interval.low else "too large"
        return f"{said} Your w0 = {number(w0, 4)} is {too}."
    true, false = table.tightest(weights)
    assert true is not None
    assert false is not None
    sums = table.sums(weights)
    need, limit = number(-float(sums[true]) + 0.0, 4), number(-float(sums[false]) + 0.0, 4)
    said = (
        f"With {others(weights)} no w0 will do: {table.case(true)} must be true, which needs w0 > {need}, and "
        f"{table.case(false)} must be false, which needs w0 ≤ {limit}."
    )
    if not table.is_possible:
        return f"{said} Other weights do not help either: see below."
    return f"{said} Change {_or([f'w{i}' for i in range(1, len(weights))])}."


def others(weights: Weights) -> str:
    """Write w1 ... wn: "w1 = 0.5 and w2 = 0.5"."""
    said = [f"w{i} = {number(w, 4)}" for i, w in enumerate(weights[1:], start=1)]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]


def sum_words(weights: Weights, case: Sequence[float]) -> str:
    """Write a net input as a sum with the person's numbers: "0.3 + 0.5 · 0 + 0.5 · 1"."""
    text = number(weights[0], 4)
    for w, x in zip(weights[1:], case, strict=True):
        factor = number(x, 4) if x >= 0.0 else f"({number(x, 4)})"
        text += f" {'−' if w < 0.0 else '+'} {number(abs(w), 4)} · {factor}"
    return text


def contradiction_lines(table: TruthTable, weights: Weights) -> list[str]:
    """Say, line by line, why no weights are right; nothing if some are."""
    if table.against is None:
        return []
    nets = table.net_inputs(weights)
    n = len(table.against)
    these = "both of these" if n == 2 else f"all {_spelt(n)} of these"
    lines = [f"No weights at all can do this. Suppose some could: then {these} would have to hold."]
    for demand in _by_label(table.against):
        net = float(nets[demand.example])
        should = "true" if demand.label > 0 else "false"
        shown = "= 0, not above 0" if net == 0.0 else f"= {number(net, 4)} {'>' if net > 0.0 else '≤'} 0"
        lines.append(f"{table.case(demand.example)} must be {should}:  {pretty(str(demand))}")
        lines.append(
            f"    yours: {sum_words(weights, table.inputs[demand.example].tolist())} {shown}  "
            f"{'✓ holds' if demand.is_met(net) else '✗ violated'}"
        )
    return [*lines, *_sum_lines(table, weights)]


def _sum_lines(table: TruthTable, weights: Weights) -> list[str]:
    """Add the demands up: those of the true cases contradict those of the false ones."""
    assert table.against is not None
    lines = []
    total = np.zeros(len(weights))
    for label, relation, word in ((1, ">", "true"), (-1, "≤", "false")):
        part = [demand for demand in table.against if demand.label == label]
        total = sum((d.multiplier * np.array(d.coefficients) for d in part), np.zeros(len(weights)))
        added = left_side(_rounded(total))
        who = " and ".join(_taken(table, demand) for demand in part)
        verb = "Add" if len(part) > 1 else "Take"
        lines.append(f"{verb} {who}, which must be {word}:  {pretty(added)} {relation} 0")
    yours = float(total @ np.array(weights))
    cannot = "false" if yours > 0.0 else "true"
    relation = "is above 0" if yours > 0.0 else "is not above 0"
    lines.append(
        "One and the same sum would have to be above 0 and not above 0. "
        f"With your weights it is {number(round(yours, 9) + 0.0, 4)}, which {relation}, so at least one of those that "
        f"must be {cannot} is violated. Any other weights meet the same fate."
    )
    return lines


def _by_label(demands: Sequence[Inequality]) -> list[Inequality]:
    return sorted(demands, key=lambda demand: -demand.label)


def _taken(table: TruthTable, demand: Inequality) -> str:
    times = round(demand.multiplier, 4)
    said = table.case(demand.example)
    if times == 1.0:
        return said
    return f"{said} {TIMES[int(times)] if times in TIMES else f'{times:g} times'}"


def _rounded(coefficients: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    """Leave out what rounding left of multipliers."""
    return tuple(float(f"{c:.6g}") if abs(c) > 1e-9 else 0.0 for c in coefficients.tolist())


def pretty(text: str) -> str:
    """Write signs as in print."""
    return text.replace("<=", "≤").replace("-", "−")


def unbroken(text: str) -> str:
    """Keep cases and verdicts together where a line breaks."""
    kept = re.sub(r"\([^()]*\)", lambda found: found[0].replace(" ", GAP), text)
    kept = re.sub(r"(\d) w(\d)", rf"\1{GAP}w\2", kept)
    return re.sub(r"([✓✗>≤]) ", rf"\1{GAP}", kept)


def _or(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _spelt(n: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}.get(n, str(n))
