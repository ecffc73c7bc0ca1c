"""The measurements at the cursor: at once where there are few examples, beside the window where there are very many."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.latest import MOST_AT_ONCE, Latest
from nlcore.datasets import n_examples
from nlcore.records import FloatArray, TrainState
from nlcore.trainer import Trainer


class Measuring(QObject):
    """Measures one state after another.

    Signals
    -------
    finished
        The measurements of the state that was asked for last are known now.
    """

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row: tuple[TrainState | None, FloatArray | None] = (None, None)
        self._asked: TrainState | None = None
        self._work = Latest("nllab-measure", self)
        self._work.answered.connect(self._on_work_answered)

    def row(
        self, trainer: Trainer, state: TrainState, known: FloatArray | None, *, is_running: bool
    ) -> FloatArray | None:
        """Return the measurements at a state.

        Of very many examples it returns None until they are known, and while training runs the last ones that are.

        Parameters
        ----------
        trainer : Trainer
            In force there.
        state : TrainState
            What is measured.
        known : ndarray or None
            The measurements, where somebody has taken them already.
        is_running : bool
            Whether training goes on meanwhile.
        """
        if self._row[0] is not state:
            data = trainer.model.data
            if known is not None:
                self._row = (state, known)
            elif data is None or n_examples(data) <= MOST_AT_ONCE:
                self._row = (state, trainer.measure_quickly(state))
            else:
                self._asked = state
                self._work.ask(state, lambda: trainer.measure_quickly(state))
        row = self._row[1] if self._row[0] is state or is_running else None
        return row if row is not None and len(row) == len(trainer.model.columns) else None

    def close(self) -> None:
        """End the thread."""
        self._work.close()

    def _on_work_answered(self, state: TrainState, row: FloatArray) -> None:
        self._row = (state, row)
        if state is self._asked:
            self.finished.emit()
