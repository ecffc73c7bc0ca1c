"""The controls of a drawing of a region: what is drawn, what is changed, what is shown, and what is made of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.widgets.options import OptionRow, fill
from app.widgets.region_drawing import Drawing
from app.widgets.region_runs import LEARNERS, Learner
from app.widgets.region_texts import TITLES
from nlcore.theory.regions import NAMED, OWN

BUILD_TIP = "Make this network the experiment, with points to check it; Ctrl+Z goes back to the run before"
LEARN_TIP = "Begin a run in which a network of sigmoid units learns this region from 200 points, and then press Run"


class RegionControls(QWidget):
    """Two rows.

    Signals
    -------
    shape_chosen : str
        A named region.
    holes_chosen : bool
        Whether what is drawn next is cut out.
    close_wanted, corner_unwanted, polygon_unwanted, turn_wanted, clear_wanted, undo_wanted : no arguments
        What shall happen to the drawing.
    """

    shape_chosen = Signal(str)
    holes_chosen = Signal(bool)
    close_wanted = Signal()
    corner_unwanted = Signal()
    polygon_unwanted = Signal()
    turn_wanted = Signal()
    clear_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        above, below = OptionRow(self), OptionRow(self)
        self.shape = above.add_choice("Region", "Region", "A region to begin with; draw in the plane to change it")
        fill(self.shape, [TITLES[name] for name in (*NAMED, OWN)], (*NAMED, OWN))
        self.kind = above.add_choice("Draw", "What is drawn next", "Whether the next polygon belongs to the region")
        fill(self.kind, ["polygon", "hole"], (False, True))
        self.view = above.add_choice("Show", "What is shown", "The convex pieces of the drawing, or the run's answers")
        fill(self.view, ["pieces", "answers of the run"], ("drawing", "network"), shorter=("pieces", "answers"))
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.undo = self._add("Undo in the drawing", "Go back one step", self.undo_wanted)
        self.close_open = self._add("Close the polygon", "Draw its last side", self.close_wanted)
        self.delete_corner = self._add("Delete the corner", "The chosen corner, or the last one", self.corner_unwanted)
        self.delete_polygon = self._add("Delete the polygon", "That of the chosen corner", self.polygon_unwanted)
        self.turn = self._add("Polygon \u2194 hole", "Turn one into the other", self.turn_wanted)
        self.clear = self._add("Clear", "Delete the whole drawing", self.clear_wanted)
        above.add_menu("Change", "Change the drawing", self._menu)
        above.done()
        self.plan = below.add_choice("Network", "Network that is built", "Layers of the network for this region")
        self.build = below.add_button("Build it", BUILD_TIP)
        self._learner = below.add_choice("Learner", "Network that learns", "Layers of sigmoid units to be trained")
        fill(self._learner, [learner.title for learner in LEARNERS], range(len(LEARNERS)))
        self.learn = below.add_button("Learn it", LEARN_TIP)
        below.done()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(above)
        column.addWidget(below)
        self.shape.activated.connect(lambda _: self._choose_shape())
        self.kind.activated.connect(lambda _: self.holes_chosen.emit(bool(self.kind.currentData())))

    @property
    def learner(self) -> Learner:
        """The network that is chosen to learn."""
        return LEARNERS[max(0, self._learner.currentIndex())]

    def choose_learner(self, k: int) -> None:
        """Choose the network that is to learn, by its place in the list."""
        self._learner.setCurrentIndex(k)

    def show_state(self, drawing: Drawing, *, can_undo: bool, is_proper: bool) -> None:
        """Show what is drawn, and offer what can be done with it."""
        self.shape.setCurrentIndex(self.shape.findData(drawing.name))
        self.kind.setCurrentIndex(int(drawing.open.is_hole))
        self.undo.setEnabled(can_undo)
        self.close_open.setEnabled(len(drawing.open.points) >= 3)
        for action in (self.delete_corner, self.delete_polygon, self.turn, self.clear):
            action.setEnabled(bool(drawing.corners()))
        for button in (self.build, self.learn):
            button.setEnabled(is_proper)

    def _choose_shape(self) -> None:
        name = self.shape.currentData()
        if name != OWN:
            self.shape_chosen.emit(name)

    def _add(self, text: str, tip: str, signal: object) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.triggered.connect(lambda _: signal.emit())  # type: ignore[attr-defined]
        self._menu.addAction(action)
        return action
