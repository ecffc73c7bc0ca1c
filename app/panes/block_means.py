"""How a large picture becomes a small one: the mean of each block of pixels is one input of the network.

For the faces it is the picture of 120 x 128 pixels from which the network's 30 x 32 were made. Other pictures are
reduced further, to see what would be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.frame import Frame
from app.latest import Latest
from app.pane import Pane
from app.table import Table, thinned
from app.theme import Theme
from app.widgets.caption import Caption
from app.widgets.example_choice import ExampleChoice, example_in
from app.widgets.numbers import count, number
from app.widgets.options import OptionRow, fill
from app.widgets.own_example import grey_ends
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.readout import Readout
from nlcore import datasets, pictures
from nlcore.datasets import Data
from nlcore.errors import DataError
from nlcore.experiment import Choice
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import FloatArray, SetName

SIDES = (2, 3, 4, 5, 8)
WHITE = 255.0
MEAN, SAMPLE = "mean", "sample"
HINT = "Point at a pixel on either side to see the block it stands for."


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What is reduced.

    Attributes
    ----------
    data : Data
        The examples.
    example : tuple of (set name, row)
        Which of them.
    grey : ndarray, shape (rows, columns)
        The picture.
    ends : tuple of float
        Its black and its white.
    is_larger : bool
        Whether it is the picture before it was reduced for the network.
    problem : str
        Why the larger picture could not be had.
    """

    data: Data
    example: tuple[SetName, int]
    grey: FloatArray
    ends: tuple[float, float]
    is_larger: bool
    problem: str = ""


class BlockMeansPane(Pane):
    """Means of blocks."""

    id = "block_means"
    key = "Ctrl+F10"
    title = "From large to small"
    help = "How the inputs were made from a larger picture: each is the mean of a block of pixels."

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: Source | None = None
        self._pointed: tuple[int, int] | None = None
        self.example = ExampleChoice(self.body)
        self.example.chosen.connect(self._choose)
        self.options = OptionRow(self.body)
        self.side = self.options.add_choice("Block", "Size of the blocks", "How many pixels a block is high and wide")
        fill(self.side, [f"{n} × {n} pixels" for n in SIDES], list(SIDES), 4, [f"{n} × {n}" for n in SIDES])
        self.way = self.options.add_choice(
            "becomes", "What a block becomes", "Its mean, as for the faces, or one of its pixels, as for a quick look"
        )
        fill(self.way, ["Its mean", "Its middle pixel"], [MEAN, SAMPLE], shorter=["mean", "one pixel"])
        self.options.done()
        for combo in (self.side, self.way):
            combo.activated.connect(lambda _: self._redraw())
        self.words = Caption("What is reduced", self.body)
        self.large, self.small = PixelCanvas(self.body), PixelCanvas(self.body)
        self.readout = Readout("Block at the pointer", self.body)
        both = QWidget(self.body)
        row = QHBoxLayout(both)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        for canvas, name in ((self.large, "Large picture"), (self.small, "Small picture")):
            canvas.setAcceptDrops(False)
            canvas.setMinimumSize(90, 80)
            canvas.setAccessibleName(name)
            canvas.setAccessibleDescription("Arrow keys move a cursor; the block under it is said below.")
            row.addWidget(canvas, 1)
        self.large.pointed_at.connect(lambda pixel: self._say(self._block_of(pixel)))
        self.small.pointed_at.connect(self._say)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part, stretch in ((self.example, 0), (self.options, 0), (both, 1), (self.readout, 0), (self.words, 0)):
            column.addWidget(part, stretch)
        self.latest = Latest("nllab-large-picture", self)
        self.latest.answered.connect(self._take)

    def why_empty(self, frame: Frame) -> str | None:
        """Say that there are no pictures."""
        data = frame.lead.data
        if data is None:
            return "There are no pictures here: this lesson minimises a function and takes no examples."
        if data.image_shape is None:
            return "The examples of this data set are no pictures."
        return None

    # --- drawing -----------------------------------------------------------------------------------------------------

    def draw(self, frame: Frame) -> None:
        """Show the picture and its blocks; the larger one comes from a file or is drawn beside the window."""
        model = frame.lead.model
        assert isinstance(model, FeedforwardModel)
        data = model.examples
        example = example_in(data, frame.selection.example)
        self.example.show_choice(data, example)
        if self._source is None or self._source.data is not data or self._source.example != example:
            choice = model.experiment.dataset
            self.latest.ask((data, example), lambda: source_of(choice, data, example))
        if self._source is not None and self._source.data is data:
            self._show(self._source)

    def _take(self, _: object, source: object) -> None:
        """Show a picture that was fetched, if it is still wanted."""
        frame = self.frame
        if isinstance(source, Source) and frame is not None and frame.lead.data is source.data:
            self._source = source
            self._redraw()

    def finish(self) -> None:
        """Fetch the picture now."""
        frame = self.frame
        if frame is None or self.why_empty(frame) is not None or not isinstance(frame.lead.model, FeedforwardModel):
            return
        data = frame.lead.model.examples
        self._take(None, source_of(frame.lead.experiment.dataset, data, example_in(data, frame.selection.example)))

    def reduced(self, source: Source) -> FloatArray:
        """Return the small picture."""
        side = min(int(self.side.currentData()), *source.grey.shape)
        reduce = pictures.block_means if self.way.currentData() == MEAN else pictures.block_samples
        return reduce(source.grey, side)

    def _show(self, source: Source) -> None:
        self.large.show_pixels(source.grey, *source.ends, self.theme)
        self.small.show_pixels(self.reduced(source), *source.ends, self.theme)
        self.words.show_text(self._summary(source))
        self._say(self._pointed)

    def _summary(self, source: Source) -> str:
        """Say how many numbers become how many, and whether they are the network's."""
        small = self.reduced(source)
        (rows, columns), (low, high) = source.grey.shape, small.shape
        said = (
            f"{rows} rows of {columns} pixels, {count(rows * columns)} numbers, become {low} rows of {high}: "
            f"{count(low * high)} numbers."
        )
        if source.problem:
            return f"{said} {source.problem}"
        name, row = source.example
        inputs = source.data.sets[name].inputs[row]
        if source.is_larger and small.size == inputs.size:
            apart = float(np.max(np.abs(small.ravel() - WHITE * inputs)))
            said += f" From the network's inputs, times 255, they differ by {number(apart)} at most."
        elif not source.is_larger:
            said += " The network gets the picture at the left; this is what would be left of it."
        return said

    def _block_of(self, pixel: object) -> tuple[int, int] | None:
        """Return the block that a pixel of the large picture lies in."""
        if not isinstance(pixel, tuple) or self._source is None:
            return None
        side = int(self.side.currentData())
        return pixel[0] // side, pixel[1] // side

    def _say(self, block: object) -> None:
        """Frame a block and its pixel, and say their grey values."""
        self._pointed = (block[0], block[1]) if isinstance(block, tuple) else None
        source, side = self._source, int(self.side.currentData())
        small = None if source is None else self.reduced(source)
        if source is None or small is None or self._pointed is None or not self._is_in(small.shape):
            self.large.show_frame_around(None)
            self.small.show_frame_around(None)
            self.readout.show_text(HINT)
            return
        row, column = self._pointed
        self.large.show_frame_around((row * side, column * side, side, side))
        self.small.show_frame_around((row, column, 1, 1))
        pixels = source.grey[row * side : (row + 1) * side, column * side : (column + 1) * side]
        value = float(small[row, column])
        what = "mean" if self.way.currentData() == MEAN else "middle pixel"
        said = (
            f"Rows {row * side + 1}–{(row + 1) * side}, columns {column * side + 1}–{(column + 1) * side}: "
            f"{pixels.size} grey values from {number(float(pixels.min()))} to {number(float(pixels.max()))}, "
            f"{what} {number(value)}"
        )
        self.readout.show_text(f"{said}; divided by 255: {number(value / WHITE)}." if source.is_larger else f"{said}.")

    def _is_in(self, shape: tuple[int, ...]) -> bool:
        return self._pointed is not None and self._pointed[0] < shape[0] and self._pointed[1] < shape[1]

    def _choose(self, example: object) -> None:
        """Let all panes select an example."""
        if self.frame is not None and isinstance(example, tuple):
            self.select(replace(self.frame.selection, example=(example[0], example[1])))

    def _redraw(self) -> None:
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)
            if not self.frame.is_running:
                self.setAccessibleDescription(self.in_words(self.frame))

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.large.theme = self.small.theme = theme

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for a picture that is being fetched."""
        self.latest.close()
        super().closeEvent(event)

    # --- words and numbers -------------------------------------------------------------------------------------------

    def in_words(self, frame: Frame) -> str:
        """Say what is reduced to what."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        return self.help if self._source is None else self._summary(self._source)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the small picture, pixel by pixel."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return ()
        data = model.examples
        source = self._source
        if source is None or source.data is not data:
            source = source_of(model.experiment.dataset, data, example_in(data, frame.selection.example))
        rows = [(r + 1, c + 1, float(value)) for (r, c), value in np.ndenumerate(self.reduced(source))]
        return (thinned("Small picture", ("row", "column", "grey value"), rows),)


def source_of(choice: Choice, data: Data, example: tuple[SetName, int]) -> Source:
    """Return the larger picture of an example, or its own where there is none."""
    assert data.image_shape is not None
    examples, row = data.sets[example[0]], example[1]
    problem, larger = "", None
    try:
        larger = datasets.larger_picture(choice, examples.names[row])
    except DataError as error:
        problem = f"The larger picture is not there: {error}."
    if larger is not None:
        return Source(data, example, larger.astype(np.float64), (0.0, WHITE), is_larger=True)
    inputs = examples.inputs[row] if data.scaling is None else data.scaling.undo(examples.inputs[row])
    grey: NDArray[np.float64] = inputs.reshape(data.image_shape)
    return Source(data, example, grey, grey_ends(data), is_larger=False, problem=problem)


PANE = BlockMeansPane
