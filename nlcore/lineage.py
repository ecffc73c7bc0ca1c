"""The trainers of a run with interventions, each made from the one before it.

A trainer holds the examples it trains on, so hundreds of moved points would be hundreds of copies of them. Only those
that were asked for last are kept; any other is made again when it is needed, from the nearest one before it that is
there, and is the same in all that matters.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from nlcore.interventions import Change, changed_trainer
from nlcore.trainer import Trainer

MOST_KEPT = 4
"""Trainers that all runs that began as one keep together, besides the one they began with."""

_numbers = itertools.count()
_lock = threading.RLock()
"""Held while trainers are looked up: a thread may go through a run beside the window."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """How a trainer came about: from which one, by which change.

    Attributes
    ----------
    first : Trainer
        Where everything began; it stays.
    before : Descent or None
        What was changed; None for the first trainer itself.
    change : SettingsChange, WeightEdit, DataEdit or None
        How it was changed.
    """

    first: Trainer
    before: Descent | None = None
    change: Change | None = None
    _kept: OrderedDict[int, Trainer] = field(default_factory=OrderedDict)
    """By number, the one that was asked for last at the end; shared by all that come from the first."""
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def trainer(self) -> Trainer:
        """The trainer, made again if it is not there any more."""
        changes: list[Change] = []
        with _lock:
            source, found = self, self._kept.get(self.number)
            while found is None and source.before is not None and source.change is not None:
                changes.append(source.change)
                source = source.before
                found = self._kept.get(source.number)
            return self._keep(changed_trainer(found or self.first, *reversed(changes)))

    def after(self, change: Change) -> Descent:
        """Return what comes about by a change.

        Raises
        ------
        ExperimentError, DataError
            If the change does not fit; see `nlcore.interventions.apply`.
        """
        changed = changed_trainer(self.trainer, change)
        found = Descent(self.first, self, change, self._kept)
        found._keep(changed)
        return found

    def _keep(self, trainer: Trainer) -> Trainer:
        """Hold a trainer, and let go of the one that was not asked for the longest."""
        with _lock:
            if self.before is not None:
                self._kept[self.number] = trainer
                self._kept.move_to_end(self.number)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return trainer
