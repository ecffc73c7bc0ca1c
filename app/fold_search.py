"""A number of epochs looked for by k-fold cross-validation, as the window shows it: what is asked for and what is done.

Frozen records without Qt. One that was cancelled keeps the folds that are done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nlcore.cross_validation import CrossValidation, Fold, available, parts, split_seed
from nlcore.experiment import Experiment
from nlcore.records import FloatArray
from nlcore.trainer import Trainer

FEWEST, USUAL, MOST = 2, 10, 50


@dataclass(frozen=True, slots=True, eq=False)
class FoldSearch:
    """What is known of a search.

    Attributes
    ----------
    trainer : Trainer
        Whose experiment and examples are used; its `stop.epochs` is the most that a fold takes.
    k : int
        Parts.
    folds : tuple of Fold
        Those that are done.
    courses : tuple of ndarray
        For each of them the loss per example held out, one value an epoch, from the start on.
    done, total : int
        Epochs of all folds.
    is_over : bool
        Whether nothing more comes.
    """

    trainer: Trainer
    k: int
    folds: tuple[Fold, ...] = ()
    courses: tuple[FloatArray, ...] = ()
    done: int = 0
    total: int = 0
    is_over: bool = False

    @property
    def experiment(self) -> Experiment:
        """What each fold trains."""
        return self.trainer.experiment

    @property
    def n_examples(self) -> int:
        """Training and validation examples together."""
        data = self.trainer.model.data
        return 0 if data is None else len(available(data))

    @property
    def found(self) -> CrossValidation | None:
        """The best epochs, once all folds are done."""
        return CrossValidation("loss", self.folds) if len(self.folds) == self.k else None

    def with_course(self, losses: FloatArray) -> FoldSearch:
        """Return it with the losses of one more part held out."""
        sizes = [len(part) for part in parts(self.n_examples, self.k, split_seed(self.experiment))]
        return replace(self, courses=(*self.courses, np.asarray(losses) / sizes[len(self.courses)]))

    def is_like(self, experiment: Experiment) -> bool:
        """Tell whether an experiment differs in nothing but its end."""
        return bool(self.experiment.replace({"training.stop": {}}) == experiment.replace({"training.stop": {}}))
