"""A second run like another one with something changed, so that the two can be compared.

What was changed in the middle of the first (settings, weights, examples) happens in the second at the same moments, as
far as it fits; so the two differ in nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nlcore.datasets import Data
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.interventions import Change, SettingsChange
from nlcore.records import FinishReason
from nlcore.runner import Chunk
from nlcore.trainer import Trainer

CALL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Duplicate:
    """A second run.

    Attributes
    ----------
    history : History
        Trained as far as was wanted, or up to its end.
    reason : FinishReason or None
        Why it ended before that, if it did.
    n_left_out : int
        Changes of the first run that do not fit the second or that it never reached.
    """

    history: History
    reason: FinishReason | None
    n_left_out: int


def duplicate(
    first: History,
    experiment: Experiment,
    data: Data | None,
    until: int,
    *,
    settings: Mapping[str, object],
    report: Callable[[int, int | None], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Duplicate:
    """Train a second run from its start.

    Parameters
    ----------
    first : History
        The run that it is like.
    experiment : Experiment
        With something changed.
    data : Data or None
        The examples at the start.
    until : int
        Presentations to train; at least up to the last change.
    settings : mapping of str to object
        What was changed, by dotted names; later changes of the same settings in the first run are left out on purpose.
    report : callable
        Told how many presentations of how many are done.
    is_cancelled : callable
        Asked now and then; if it says yes, the run ends where it is.

    Raises
    ------
    ExperimentError, DataError
        If the parts of the experiment do not fit.
    """
    history, n_left_out = History(Trainer(experiment, data)), 0
    changes = [(step.at, kept) for step in first.run.interventions if (kept := without(step.change, settings))]
    until = max([until, *(at for at, _ in changes)])
    reason: FinishReason | None = None
    for number, (at, change) in enumerate(changes):
        reason = train(history, at, until, report, is_cancelled, stops=False)
        if reason is not None or is_cancelled():
            return Duplicate(history, reason, n_left_out + len(changes) - number)
        try:
            history.intervene(at, change)
        except LabError:
            n_left_out += 1
    reason = train(history, until, until, report, is_cancelled, stops=True)
    return Duplicate(history, reason, n_left_out)


def without(change: Change, settings: Mapping[str, object]) -> Change | None:
    """Return a change without what sets any of these settings; None if nothing is left."""
    if not isinstance(change, SettingsChange):
        return change
    kept = {name: value for name, value in change.plain().items() if not any(_overlaps(name, one) for one in settings)}
    return SettingsChange.of(kept) if kept else None


def _overlaps(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def train(
    history: History,
    until: int,
    total: int,
    report: Callable[[int, int | None], None],
    is_cancelled: Callable[[], bool],
    *,
    stops: bool,
) -> FinishReason | None:
    """Train the head of a run onwards to a moment; return why it ended before, if it did.

    Parameters
    ----------
    history : History
        Grows.
    until : int
        Presentations at which to end.
    total : int
        Told to `report` as the whole.
    report, is_cancelled : callable
        See `duplicate`.
    stops : bool
        Whether the experiment's stop rules hold.
    """
    if history.head.counters.presentations >= until:
        return None
    chunk = Chunk(CALL_SECONDS)
    reason = history.trainer.finish_reason(history.head, stops=stops)
    while reason is None and not is_cancelled():
        done = history.head.counters.presentations
        n = min(chunk.n, until - done)
        if n <= 0:
            return None
        began = time.perf_counter()
        after = history.trainer.measured_advance(history.head, n, stops=stops)
        history.curves.append(after.clock, after.values)
        history.record(after.state)
        chunk.note(n, time.perf_counter() - began)
        report(after.state.counters.presentations, total)
        reason = after.reason
    return reason
