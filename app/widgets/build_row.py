"""Choices of a truth table, and the buttons that build its network or let one learn it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox, QWidget

from app.widgets.boolean_answers import TITLES, Needed
from app.widgets.boolean_plans import METHODS, NAMES, Method
from app.widgets.flow_row import FlowRow
from app.widgets.numbers import counted
from app.widgets.options import SHORT, Choice, OptionRow, fill
from nlcore.theory.boolean_functions import MOST_INPUTS, Truth, n_inputs, name_of, named

OWN = ""
OWN_TITLE = "your own table"
MOST_HIDDEN = 64
NARROWEST = 100
"""Width in pixels of the list of constructions where there is little room."""


class FunctionChoice(OptionRow):
    """How many inputs, and which function.

    Signals
    -------
    truth_wanted : tuple of int
        The person wants another table.
    hint_wanted
        The person wants a table of their own.
    """

    truth_wanted = Signal(object)
    hint_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._truth: Truth = ()
        self.inputs: QComboBox = self.add_choice("Inputs", "Number of inputs", "How many inputs the function has")
        self.function: QComboBox = self.add_choice("Function", "Boolean function", "What the network shall compute")
        numbers = list(range(1, MOST_INPUTS + 1))
        fill(self.inputs, [counted(n, "input") for n in numbers], numbers, shorter=[str(n) for n in numbers])
        titles = [*TITLES.values(), OWN_TITLE]
        shorter = [title.partition(":")[0] for title in titles]
        fill(self.function, titles, [*TITLES, OWN], shorter=shorter)
        self.done()
        self.inputs.activated.connect(lambda _: self._ask())
        self.function.activated.connect(lambda _: self._ask())

    def take(self, truth: Truth) -> None:
        """Show which table it is."""
        self._truth = truth
        n, name = n_inputs(truth), name_of(truth)
        if name and self.function.currentData() in TITLES and named(str(self.function.currentData()), n) == truth:
            name = str(self.function.currentData())  # with few inputs some tables have several names
        self.inputs.setCurrentIndex(n - 1)
        self.function.setCurrentIndex(self.function.findData(name))

    def _ask(self) -> None:
        name, n = str(self.function.currentData()), int(self.inputs.currentData())
        old = n_inputs(self._truth)
        if name == OWN and n == old:
            self.hint_wanted.emit()
            return
        # of an own table its first half, or it twice: then the new first input changes nothing yet
        own = (self._truth * 2 ** max(0, n - old))[: 2**n]
        truth = own if name == OWN else named(name, n)
        if truth != self._truth:
            self.truth_wanted.emit(truth)


class BuildRow(FlowRow):
    """The two buttons.

    Signals
    -------
    build_wanted : str
        Build the network in this way.
    learn_wanted : int
        Learn the table with so many hidden units.
    """

    build_wanted = Signal(str)
    learn_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.build = QPushButton("Build the network for this table", self)
        self.build.setToolTip("Set the weights of threshold units so that every answer is right; nothing is learnt")
        self.method = Choice(self)
        self.method.setAccessibleName("How to build")
        self.method.setToolTip("What each hidden unit is for")
        self.method.setMinimumWidth(NARROWEST)
        fill(self.method, list(METHODS.values()), list(METHODS), shorter=list(NAMES.values()))
        self.learn = QPushButton("Learn it from random weights", self)
        self.learn.setToolTip("Begin with random weights of sigmoid units, to be trained by backpropagation: then Run")
        self.hidden = QSpinBox(self)
        self.hidden.setRange(1, MOST_HIDDEN)
        self.hidden.setAccessibleName("Hidden units that learn")
        self.hidden.setToolTip("How many hidden units the network has that is to learn the table")
        units = QLabel("hidden units", self)
        units.setBuddy(self.hidden)
        for button in (self.build, self.learn):
            button.setAutoDefault(False)
        self.together(self.build, self.method)
        self.together(self.learn, self.hidden, units)
        self.build.clicked.connect(lambda: self.build_wanted.emit(self.chosen))
        self.learn.clicked.connect(lambda: self.learn_wanted.emit(self.hidden.value()))

    @property
    def chosen(self) -> Method:
        """How to build."""
        found: Method = self.method.currentData()
        return found

    def take(self, needed: Needed, method: Method | None, hidden: int) -> None:
        """Offer only what can be built, and show what is.

        Parameters
        ----------
        needed : Needed
            What the table needs.
        method : str, optional
            How the network was built; without, the choice stays.
        hidden : int
            Units in its hidden layer.
        """
        self.hidden.setValue(hidden)
        at, is_there = self.method.findData("counting"), needed.counting is not None
        if is_there and at < 0:
            self.method.addItem(METHODS["counting"], "counting")
            self.method.setItemData(self.method.count() - 1, NAMES["counting"], SHORT)
        elif not is_there and at >= 0:
            self.method.removeItem(at)
        if method is not None:
            self.method.setCurrentIndex(self.method.findData(method))
