"""Moments of a run by epochs, updates or presentations: when an animation has its pictures.

The three clocks do not run alike: an edit of the data ends an epoch, and a rule may skip an update. So a moment is
looked up in the run itself, beginning where it would be if nothing special had happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlcore.history import History
from nlcore.records import Counters, StepUnit


def count(counters: Counters, unit: StepUnit) -> int:
    """Return what a clock says."""
    by_unit = {"presentation": counters.presentations, "update": counters.updates, "epoch": counters.epochs}
    return by_unit[unit]


def moments(history: History, unit: StepUnit, counts: Sequence[int]) -> Iterator[int]:
    """Yield the presentations at which a clock first says each of these counts, which grow; one at a time.

    Those that the run has not reached are left out.
    """
    low = 0
    for wanted in counts:
        if wanted > count(history.head.counters, unit):
            return
        low = moment(history, unit, wanted, low)
        yield low


def moment(history: History, unit: StepUnit, wanted: int, low: int = 0) -> int:
    """Return the first presentation, from `low` on, at which a clock says at least a count that the run has reached."""
    head = history.head.counters

    def has(presentations: int) -> bool:
        return count(history.state_at(presentations).counters, unit) >= wanted

    if wanted <= 0 or has(low):
        return low
    high, total = head.presentations, count(head, unit)
    guess = wanted * history.trainer.model.epoch_length if unit == "epoch" else wanted * high // max(1, total)
    guess = min(max(guess, low + 1), high)
    if has(guess):
        high = guess
        if not has(guess - 1):
            return guess
    else:
        low = guess
    while high - low > 1:
        middle = (low + high) // 2
        if has(middle):
            high = middle
        else:
            low = middle
    return high
