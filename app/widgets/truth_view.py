"""The table of all cases of a threshold unit: inputs, net input, output, target, and whether the answer is right.

Right and wrong are words and signs, not only colours. A click on a row points at the example in all panes.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.widgets.case_table import CaseTable, signed
from app.widgets.numbers import number
from app.widgets.threshold_texts import RIGHT, WRONG, sum_words
from app.widgets.truth_table import TruthTable, Weights

BRIEF_BELOW = 310
"""Width in pixels."""


class TruthView(CaseTable):
    """One case a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("All cases, with the answers of the unit", parent)
        self._shown: tuple[TruthTable, Weights, tuple[float, ...]] | None = None
        self._is_brief = False

    def show_table(self, table: TruthTable, weights: Weights, outputs: tuple[float, ...]) -> None:
        """Show what the unit says to each case.

        Parameters
        ----------
        table : TruthTable
            The cases.
        weights : tuple of float
            The bias first.
        outputs : tuple of float
            What the unit puts out, one a case.
        """
        self._shown = (table, weights, outputs)
        self._is_brief = is_brief = self.width() < BRIEF_BELOW
        headings = [*table.input_names, "net" if is_brief else "net input", "output", "target", "answer"]
        self.blockSignals(True)
        self.set_size(len(table), headings)
        nets, right = table.net_inputs(weights), table.right(weights)
        for row in range(len(table)):
            case = table.inputs[row].tolist()
            truth = "" if is_brief else " (true)" if table.truth[row] else " (false)"
            texts = [*map(number, case), number(float(nets[row]), 4), signed(outputs[row])]
            texts += [f"{signed(float(table.targets[row]))}{truth}", RIGHT if right[row] else WRONG]
            self.set_texts(row, texts, f"{sum_words(weights, case)} = {number(float(nets[row]), 4)}")
            last = self.item(row, len(texts) - 1)
            if last is not None:
                last.setForeground(QBrush(QColor(self.theme.good if right[row] else self.theme.bad)))
        self.fit()
        self.blockSignals(False)
        n_wrong = int(np.sum(~right))
        self.setAccessibleDescription(f"{len(table)} cases, {n_wrong} wrong")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a narrow table, and make room for a bar below it where there must be one."""
        super().resizeEvent(event)
        if self._shown is not None and self._is_brief != (self.width() < BRIEF_BELOW):
            self.show_table(*self._shown)
        self.fit()
