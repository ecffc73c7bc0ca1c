"""A region to be drawn, and the network that is built for it: half-planes, AND for convex pieces, OR, holes taken out.

The drawing lives in the pane; a button makes it the experiment, with the built network or with one that learns it. The
networks of the run are compared with the drawing all the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.legend import Legend
from app.widgets.options import fill
from app.widgets.problem_line import ProblemLine
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.region_answers import answers, can_answer, first_lines, places
from app.widgets.region_canvas import RegionCanvas
from app.widgets.region_controls import RegionControls
from app.widgets.region_drawing import Drawing
from app.widgets.region_painter import Backdrop, legend_entries
from app.widgets.region_runs import building, grid, is_of, learning
from app.widgets.region_texts import TITLES, agreement_words, layers_text, plan_lines
from nlcore import network
from nlcore.activations import activation
from nlcore.constructions.half_planes import params_of
from nlcore.errors import LabError
from nlcore.experiment import Choice
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.theory.polygons import UNIT
from nlcore.theory.regions import NAMED, Plan, Region, region

CELLS, COARSE, FINE = 100, 50, 200
SIDE_BY_SIDE_FROM = 560
SIDE_AT_MOST = 320
SIDE_SHARE, LOW_SHARE = 0.36, 0.26
LOW = 520
"""Below this height the words have less room than the drawing needs."""
TEXTS_FROM = 300
"""Below this height there is neither legend nor hint."""
UNBOUNDED = 16_777_215
"""What Qt calls no maximum."""
NOW = "network"
NONE_YET = "none yet"
HINT = "Drag corners and sides; click beside them to begin another polygon."
OPEN_HINT = "Next corner; double-click or Enter closes, Escape gives it up."
"""What to do while a polygon is open."""


class RegionNetworkPane(Pane):
    """Draws a region and counts its units."""

    id = "region_network"
    key = "Ctrl+Alt+5"
    title = "Region and its network"
    help = "Draw a region of the plane and see which layers of units are built for it, and how well networks agree."
    multiples = "own"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._reason_not = ""
        self.seen: Choice | None = None
        """The data set whose region was taken over last."""
        self._inside: dict[int, NDArray[np.bool_]] = {}
        self._built_right = 0
        self._is_noted = False
        self.controls_above = RegionControls(self.body)
        self.problem = ProblemLine(self.body)
        self.canvas = RegionCanvas(self.body)
        self.canvas.take(Drawing.of(NAMED["convex"]))
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.words.setContentsMargins(8, 4, 8, 4)
        self.words.setAccessibleName("The network for this region")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.side = QScrollArea(self.body)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setWidgetResizable(True)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setAccessibleName("Layers and agreement")
        self.side.setWidget(self.words)
        self.legend = Legend(self.body)
        self.readout = Readout("How to draw", self.body)
        self.columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.columns.addWidget(self.canvas, 1)
        self.columns.addWidget(self.side)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.controls_above)
        column.addWidget(self.problem)
        column.addLayout(self.columns, 1)
        column.addWidget(self.legend)
        column.addWidget(self.readout)
        self._connect()
        self.retheme(self.theme)
        self._take_drawing()

    def _connect(self) -> None:
        controls, canvas = self.controls_above, self.canvas
        canvas.changed.connect(self._take_drawing)
        controls.shape_chosen.connect(lambda name: canvas.begin(Drawing.of(NAMED[name])))
        controls.holes_chosen.connect(lambda on: canvas.take(canvas.drawing.drawing_holes(on=on)))
        controls.close_wanted.connect(lambda: canvas.take(canvas.drawing.closed()))
        controls.corner_unwanted.connect(canvas.delete_corner)
        controls.polygon_unwanted.connect(canvas.delete_polygon)
        controls.turn_wanted.connect(canvas.turn_polygon)
        controls.clear_wanted.connect(lambda: canvas.begin(Drawing()))
        controls.undo_wanted.connect(canvas.undo)
        controls.view.activated.connect(lambda _: self._redraw())
        controls.plan.activated.connect(lambda _: self._take_drawing())
        controls.build.clicked.connect(lambda _: self._ask(learn=False))
        controls.learn.clicked.connect(lambda _: self._ask(learn=True))

    # --- what is drawn -----------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan | None:
        """The network that is chosen for the drawing."""
        if self._region is None:
            return None
        k = self.controls_above.plan.currentIndex()
        return self._region.plans[max(0, min(k, len(self._region.plans) - 1))]

    def _take_drawing(self) -> None:
        """Find out what the drawing is, and which network is built for it."""
        drawing, before = self.canvas.drawing, self._region
        try:
            self._region, self._reason_not = drawing.region(), ""
        except LabError as error:
            self._region, self._reason_not = None, str(error)
        found = self._region
        if found is None or before is None or not _is_same(found, before):
            self._inside = {}
        texts = [layers_text(plan.layers) for plan in found.plans] if found is not None else []
        chosen = self.controls_above.plan.currentIndex() if _n_plans(found) == _n_plans(before) else 0
        fill(self.controls_above.plan, texts or [NONE_YET], range(max(1, len(texts))), max(0, chosen))
        self._built_right = self._count_built()
        self.controls_above.show_state(drawing, can_undo=self.canvas.can_undo, is_proper=found is not None)
        self.problem.say("")
        if self._reason_not and drawing.loops and not drawing.open.points:  # an empty board is no fault
            self.problem.refuse(self._reason_not)
        self.readout.show_text(OPEN_HINT if drawing.open.points else HINT)
        self._redraw()

    def _is_inside(self, n: int) -> NDArray[np.bool_]:
        assert self._region is not None
        if n not in self._inside:
            self._inside[n] = self._region.contains(grid(n))
        return self._inside[n]

    def _count_built(self) -> int:
        """Return in how many places of the grid the built network is right."""
        plan = self.plan
        if plan is None:
            return 0
        layout = Layout(plan.layers, (activation("threshold"),) * (len(plan.layers) - 1))
        outputs = network.forward(layout, params_of(plan, layout, 1.0), grid(CELLS)).outputs[-1][:, 0]
        return int(np.sum((outputs > 0.0) == self._is_inside(CELLS)))

    # --- the pane ----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say why no network can be built."""
        if not isinstance(frame.lead.model, FeedforwardModel):
            return "This lesson minimises a function without a network, so there are no regions to draw."
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.canvas.retheme(theme)
        self.problem.retheme(theme)
        self.legend.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Take over the region of the experiment if it is another one, and compare the networks with the drawing."""
        dataset = frame.lead.experiment.dataset
        if dataset != self.seen:
            self.seen = dataset
            if not self._is_noted:
                self._take_region(dataset)
            self._is_noted = False
        self._show(frame)

    def _take_region(self, dataset: Choice) -> None:
        """Show the region that the points of the lead are from."""
        if dataset.name != "regions" or (self._region is not None and is_of(dataset, self._region)):
            return
        given = dataset.options_dict()
        try:
            shown = region(given.get("region", "convex"), given.get("polygons", ()), given.get("holes", ()))  # type: ignore[arg-type]
        except LabError:
            return
        self.canvas.begin(Drawing.of(shown))

    def _show(self, frame: Frame) -> None:
        plan, is_now = self.plan, self.controls_above.view.currentData() == NOW
        backdrop = Backdrop()
        if plan is not None:
            pieces, holes = (
                tuple(np.array(shape, dtype=np.float64) / UNIT for shape in shapes)
                for shapes in (plan.shapes, plan.cut)
            )
            whole = tuple(polygon.points for polygon in self._region.polygons) if self._region is not None else ()
            backdrop = Backdrop(plan.lines, pieces or whole, holes)
        if is_now and can_answer(frame.lead):
            n = places([frame.lead], COARSE if frame.is_running else FINE)
            said = answers(frame.lead, n)
            wrong = (said != self._is_inside(n)).reshape(n, n) if self._region is not None else None
            backdrop = Backdrop(first_lines(frame.lead), answers=said.reshape(n, n), wrong=wrong)
        is_wrong = bool(self._reason_not) and bool(self.canvas.drawing.loops)
        self.canvas.show_backdrop(backdrop, is_wrong=is_wrong)
        self.legend.set_entries(legend_entries(backdrop, self.theme))
        self.legend.setVisible(self.height() >= TEXTS_FROM)
        words = "\n".join(self._lines(frame))
        if words != self.words.text():
            self.words.setText(words)
            self._fit_side()

    def _lines(self, frame: Frame) -> list[str]:
        plan = self.plan
        if plan is None:
            said = self._reason_not or "nothing is drawn"
            return [f"No network yet: {said}."]
        built = [f"Built network: {layers_text(plan.layers)}.", *plan_lines(plan)]
        built.append(
            f"It agrees with the drawing at {agreement_words(self._built_right, CELLS**2)} of {CELLS**2:,} places."
        )
        compared = [f"{name}: {agreement_words(right, n)}" for name, _, right, n in self._agreements(frame)]
        if not compared:
            return built
        compared.insert(0, "So far the networks of the run agree with the drawing:")
        is_now = self.controls_above.view.currentData() == NOW
        return [*compared, "", *built] if is_now else [*built, "", *compared]

    def _comparable(self, frame: Frame) -> list[TrackFrame]:
        """Return the tracks whose points are from the region that is drawn."""
        shown = self._region
        if shown is None:
            return []
        return [t for t in frame.tracks if can_answer(t) and is_of(t.experiment.dataset, shown)]

    def _agreements(self, frame: Frame) -> list[tuple[str, str, int, int]]:
        """Return name, layers, right places and all places of each track that can be compared."""
        tracks, found = self._comparable(frame), []
        n = places(tracks, COARSE if frame.is_running else CELLS)
        for track in tracks:
            assert isinstance(track.model, FeedforwardModel)
            right = int(np.sum(answers(track, n) == self._is_inside(n)))
            found.append((track.name, "-".join(map(str, track.model.layout.layers)), right, n * n))
        return found

    def _redraw(self) -> None:
        if self.frame is not None and self.why_empty(self.frame) is None:
            self._show(self.frame)

    def _ask(self, *, learn: bool) -> None:
        """Ask for the experiment: the built network, or one that learns."""
        plan = self.plan
        if plan is None or self._region is None or self.frame is None:
            return
        dataset = self.frame.lead.experiment.dataset
        if learn:
            settings = learning(self._region, plan, self.controls_above.learner, dataset)
        else:
            settings = building(self._region, plan, dataset)
        self.problem.say("")
        self.settings_requested.emit(settings)

    def refuse(self, name: str, sentence: str) -> None:
        """Say why the experiment could not be made."""
        super().refuse(name, sentence)
        self.problem.refuse(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the words below the drawing in a narrow pane."""
        super().resizeEvent(event)
        is_wide = self.width() >= SIDE_BY_SIDE_FROM
        self.columns.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self._fit_side()
        self.readout.setVisible(self.height() >= TEXTS_FROM)
        self.readout.set_max_lines(MAX_LINES if self.height() >= LOW else 1)
        self.legend.setVisible(self.height() >= TEXTS_FROM)

    def _fit_side(self) -> None:
        """Give the words what they need, beside the drawing or, up to a share of the height, below it."""
        if self.width() >= SIDE_BY_SIDE_FROM:
            self.side.setFixedWidth(min(SIDE_AT_MOST, int(0.42 * self.width())))
            self.side.setMinimumHeight(0)
            self.side.setMaximumHeight(UNBOUNDED)
            return
        needed = self.words.heightForWidth(max(60, self.width() - 20)) + 4
        self.side.setMinimumWidth(0)
        self.side.setMaximumWidth(UNBOUNDED)
        share = SIDE_SHARE if self.height() >= LOW else LOW_SHARE
        self.side.setFixedHeight(max(20, min(needed, int(share * self.height()))))

    # --- words, numbers, notes ---------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say what is drawn, which network is built for it, and how the networks agree."""
        drawing = self.canvas.drawing
        what = f"The region is: {TITLES[drawing.name]}. " if self._region is not None else ""
        return what + " ".join(line for line in self._lines(frame) if line)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the corners, the half-planes of the built network, and the agreement of all tracks."""
        loops = self.canvas.drawing.all_loops()
        kinds = ["hole" if loop.is_hole else "polygon" for loop in loops]
        corners = tuple(
            (kind, i, k, x, y)
            for i, (kind, loop) in enumerate(zip(kinds, loops, strict=True), start=1)
            for k, (x, y) in enumerate(loop.points, start=1)
        )
        found = []
        if corners:
            found.append(Table("Corners of the drawing", ("what", "number", "corner", "x1", "x2"), corners))
        plan = self.plan
        if plan is not None:
            lines = tuple((k, *line) for k, line in enumerate(plan.lines.tolist(), start=1))
            note = "A unit says yes where w1 x1 + w2 x2 + w0 > 0."
            found.append(Table("Half-planes", ("unit", "w1", "w2", "w0"), lines, note))
        agreements = self._agreements(frame)
        if agreements:
            headings = ("network", "layers", "right", "places")
            found.append(Table("Agreement with the drawing", headings, tuple(agreements)))
        return tuple(found)

    def notes(self) -> Mapping[str, Any]:
        """Return the drawing."""
        return self.canvas.drawing.notes()

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Show a drawing again."""
        found = Drawing.read(notes)
        if found is not None:
            self.canvas.take(found)
            self.seen, self._is_noted = None, True  # it stays, whatever the experiment of the session is about

    def take_over(self, other: Pane) -> None:
        """Show what is drawn in another pane of this kind."""
        if isinstance(other, RegionNetworkPane):
            self.seen = other.seen
            self.canvas.take(other.canvas.drawing)
            self.controls_above.plan.setCurrentIndex(other.controls_above.plan.currentIndex())
            self._take_drawing()


def _n_plans(found: Region | None) -> int:
    return len(found.plans) if found is not None else 0


def _is_same(one: Region, other: Region) -> bool:
    return (one.name, one.polygons, one.holes) == (other.name, other.polygons, other.holes)


PANE = RegionNetworkPane
