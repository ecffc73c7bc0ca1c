"""Which Boolean function a unit is to compute, and how false and true are written: choices above the threshold unit.

It asks for settings of the data set `logic_gates`; for other data there is nothing to choose, and it hides.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.widgets.options import OptionRow, fill
from nlcore.datasets.logic_gates import LogicGateOptions
from nlcore.experiment import Choice, convert

GATES = {"and": "AND", "or": "OR", "nand": "NAND", "nor": "NOR", "not": "NOT", "xor": "XOR", "xnor": "XNOR"}
CODINGS = {"zero_one": "inputs 0 and 1", "minus_plus": "inputs −1 and +1"}
SHORTER = ("0, 1", "−1, +1")
Function = tuple[str, int, int]
"""Gate, m and n; the last two count for m of n only."""
FUNCTIONS: tuple[Function, ...] = tuple(("m_of_n", m, n) for n in (2, 3, 4, 5) for m in range(1, n + 1))


class GateChoice(OptionRow):
    """Function and coding.

    Signals
    -------
    settings_wanted : dict of str to object
        Settings by their dotted names.
    """

    settings_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = LogicGateOptions()
        self.gate: QComboBox = self.add_choice("Function", "Boolean function", "What the unit shall compute")
        self.coding: QComboBox = self.add_choice(
            "Coding", "How false and true are written", "Which numbers stand for false and true at the inputs"
        )
        values = [*((gate, 0, 0) for gate in GATES), *FUNCTIONS]
        fill(self.gate, [*GATES.values(), *(f"at least {m} of {n}" for _, m, n in FUNCTIONS)], values)
        fill(self.coding, list(CODINGS.values()), list(CODINGS), shorter=SHORTER)
        self.done()
        self.gate.activated.connect(lambda _: self._ask_for_gate())
        self.coding.activated.connect(lambda _: self._ask_for_coding())

    @property
    def n_inputs(self) -> int:
        """How many inputs the chosen function has."""
        gate, _, n = self.gate.currentData()
        return {"not": 1, "m_of_n": int(n)}.get(gate, 2)

    def take(self, dataset: Choice) -> None:
        """Show what is chosen in an experiment."""
        self.setVisible(dataset.name == "logic_gates")
        if dataset.name != "logic_gates":
            return
        self._shown = shown = convert(dataset.options_dict(), LogicGateOptions, place="dataset")
        function = ("m_of_n", shown.m, shown.n) if shown.gate == "m_of_n" else (shown.gate, 0, 0)
        values = [self.gate.itemData(i) for i in range(self.gate.count())]
        self.gate.setCurrentIndex([tuple(value) for value in values].index(function))
        self.coding.setCurrentIndex(list(CODINGS).index(shown.coding))

    def _ask_for_gate(self) -> None:
        gate, m, n = self.gate.currentData()
        shown = self._shown
        if gate == "m_of_n":
            if (gate, m, n) != (shown.gate, shown.m, shown.n):
                self.settings_wanted.emit({"dataset.gate": gate, "dataset.m": m, "dataset.n": n})
        elif gate != shown.gate:
            self.settings_wanted.emit({"dataset.gate": gate})

    def _ask_for_coding(self) -> None:
        if self.coding.currentData() != self._shown.coding:
            self.settings_wanted.emit({"dataset.coding": self.coding.currentData()})
