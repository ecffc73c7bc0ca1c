"""A yardstick for networks: how often the k nearest training examples would give the correct class, for k from 1 to 15.

The neighbours learn nothing, so they do not change while the network learns; they are searched for beside the window.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.frame import Frame, TrackFrame
from app.glossary import explained
from app.latest import MOST_AT_ONCE, Latest
from app.pane import Pane
from app.table import Cell, Table
from app.theme import Theme
from app.widgets.legend import Legend
from app.widgets.neighbour_plot import Compared, NeighbourPlot, neighbour_legend, percent
from app.widgets.numbers import count, counted
from app.widgets.options import OptionRow, fill
from app.widgets.readout import MAX_LINES, Readout
from app.widgets.track_look import track_colour, track_symbol
from nlcore import metrics, probes
from nlcore.datasets import Data
from nlcore.errors import CancelledError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.nearest_neighbours import NeighbourScores, scores
from nlcore.records import SetName

MOST_K = 15
LOW = 260
"""Below this height in pixels the texts are brief."""
AT_ONCE, MOST = 100_000, 2_000_000_000
"""Differences up to which the search is made at once, and up to which it is made at all."""
SETS: dict[SetName, str] = {"test": "Test set", "validation": "Validation set", "training": "Training set"}
WAITING = "The nearest neighbours are being searched for …"
Known = dict[tuple[int, SetName], tuple[Data, NeighbourScores]]
"""By the identity of the data, which are kept so that it stays theirs."""


class NearestNeighboursPane(Pane):
    """Draws the accuracy of neighbours and of the networks of all tracks."""

    id = "nearest_neighbours"
    key = "Ctrl+F12"
    title = "Nearest neighbours"
    help = "How often the k nearest training examples would give the correct class, beside the network."
    multiples = "own"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = OptionRow(self.body)
        self.set_choice = self.options.add_choice(
            "Examples",
            "Examples that are classified",
            explained("Which examples are to be classified", "nearest neighbours"),
        )
        self.set_choice.activated.connect(lambda _: self._redraw())
        self.options.done()
        self.plot = NeighbourPlot(self.body)
        self.legend = Legend(self.body)
        self.readout = Readout("Neighbours and network in numbers", self.body)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget, stretch in ((self.options, 0), (self.plot, 1), (self.legend, 0), (self.readout, 0)):
            column.addWidget(widget, stretch)
        self._sets: tuple[SetName, ...] = ()
        self._known: Known = {}
        self._asked: frozenset[tuple[int, SetName]] = frozenset()
        self._cancelled = threading.Event()
        self._work = Latest("nllab-neighbours", self)
        self._work.answered.connect(self._on_work_answered)
        self.retheme(self.theme)

    def why_empty(self, frame: Frame) -> str | None:
        """Say why there is nothing to compare."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel):
            return "This lesson minimises a function: there are no examples that could be neighbours."
        data = model.examples
        if data.class_names is None:
            return "The targets of this data set are numbers; nearest neighbours are asked for classes here."
        largest = max(map(len, data.sets.values()))
        if largest > MOST_AT_ONCE or largest * data.training.inputs.size > MOST:
            return (
                f"Comparing up to {counted(largest, 'example')} of {counted(data.n_inputs, 'input')} with each of "
                f"{count(len(data.training))} would take too long. Choose a smaller data set."
            )
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.plot.retheme(theme)
        self.legend.retheme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say things more briefly in a low pane."""
        super().resizeEvent(event)
        self.readout.set_max_lines(1 if self.height() < LOW else MAX_LINES + 1)

    def draw(self, frame: Frame) -> None:
        """Draw neighbours and networks."""
        data = _data(frame.lead)
        assert data is not None
        sets = tuple(name for name in SETS if len(data.sets[name]))
        if sets != self._sets:
            chosen = self.set_choice.currentData()
            self._sets = sets
            fill(self.set_choice, [SETS[name] for name in sets], sets, chosen if chosen in sets else sets[0])
        self._search(frame)
        compared = self._compared(frame)
        self.plot.show_compared(compared)
        self.plot.set_texts(f"{SETS[self.chosen(data)]}: share that is correct", "neighbours k", "correct (%)")
        self.legend.set_entries(neighbour_legend(compared, self.theme))
        self.readout.show_text(self.in_words(frame))

    def chosen(self, data: Data) -> SetName:
        """Return the set that is asked about; of data that have no such set the first that they have."""
        found = self.set_choice.currentData()
        return next(name for name in (found, *SETS) if name in SETS and len(data.sets[name]))

    def in_words(self, frame: Frame) -> str:
        """Say the best neighbours and the networks."""
        reason = self.why_empty(frame)
        if reason is not None:
            return reason
        parts = []
        for track in _alike(frame):
            data = _data(track)
            assert data is not None
            name, whose = self.chosen(data), f"{track.name}: " if len(frame.tracks) > 1 else ""
            found, accuracy = self._scores(data, name), _accuracy(track, name)
            n = len(data.sets[name])
            network = "the network has no answer" if accuracy is None else f"the network now {percent(accuracy)}"
            if found is None:
                parts.append(f"{whose}{network}. {WAITING}")
            else:
                k, best = found.best
                parts.append(
                    f"{whose}of {counted(n, f'{name} example')} the {k} nearest neighbours classify {percent(best)} "
                    f"correctly, which is their best, one neighbour {percent(found.accuracies[0])}, {network}."
                )
        said = " ".join(parts)
        return said[:1].upper() + said[1:]

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the accuracy for each k, and that of the networks."""
        tracks, neighbours, networks = _alike(frame), [], []
        for track in tracks:
            data = _data(track)
            assert data is not None
            name = self.chosen(data)
            first: list[Cell] = [track.name] if len(frame.tracks) > 1 else []
            found, accuracy = self._scores(data, name), _accuracy(track, name)
            if found is not None:
                neighbours += [(*first, name, k, a) for k, a in zip(found.ks, found.accuracies, strict=True)]
            networks.append((*first, name, "" if accuracy is None else accuracy))
        lead = ("track",) if len(frame.tracks) > 1 else ()
        made = Table("Networks", (*lead, "set", "share correct"), tuple(networks))
        if not neighbours:
            return (made,)
        return Table("Nearest neighbours", (*lead, "set", "k", "share correct"), tuple(neighbours)), made

    # --- searching ---------------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        if self.frame is not None:
            self.show_frame(self.frame)

    def _scores(self, data: Data, name: SetName) -> NeighbourScores | None:
        found = self._known.get((id(data), name))
        return None if found is None else found[1]

    def _compared(self, frame: Frame) -> list[Compared]:
        """Return each network with its neighbours; the same neighbours stand once."""
        made: list[Compared] = []
        seen: set[int] = set()
        several = len(frame.tracks) > 1
        for track in _alike(frame):
            data = _data(track)
            assert data is not None
            name = self.chosen(data)
            found = None if id(data) in seen else self._scores(data, name)
            seen.add(id(data))
            colour = track_colour(self.theme, track.number) if several else self.theme.curves[name]
            symbol = track_symbol(track.number)
            made.append(Compared(track.name if several else "", colour, symbol, _accuracy(track, name), found))
        return made

    def _search(self, frame: Frame) -> None:
        """Search for what is not known yet: at once where that takes no time, else beside the window."""
        wanted = {(id(data), self.chosen(data)): data for track in _alike(frame) if (data := _data(track)) is not None}
        keep = {id(data): data for data in wanted.values()}
        self._known = {key: found for key, found in self._known.items() if key[0] in keep}
        missing = {key: data for key, data in wanted.items() if key not in self._known}
        small = {key: data for key, data in missing.items() if _size(data, key[1]) <= AT_ONCE}
        self._known |= _found(small, lambda: False)
        left = {key: data for key, data in missing.items() if key not in small}
        if left and frozenset(left) != self._asked:
            self._cancelled.set()
            cancelled = self._cancelled = threading.Event()
            self._asked = frozenset(left)
            self._work.ask(self._asked, lambda: _found(left, cancelled.is_set))

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what nobody looks at."""
        super().hideEvent(event)
        self._cancelled.set()
        self._asked = frozenset()

    def finish(self) -> None:
        """Wait for the neighbours."""
        if self.frame is None or self.why_empty(self.frame) is not None:
            return
        for track in _alike(self.frame):
            data = _data(track)
            if data is not None and self._scores(data, self.chosen(data)) is None:
                self._known |= _found({(id(data), self.chosen(data)): data}, lambda: False)
        self.draw(self.frame)

    def _on_work_answered(self, asked: frozenset[tuple[int, SetName]], answer: Known) -> None:
        self._known |= answer
        self._asked = frozenset() if asked == self._asked else self._asked
        if self.frame is not None and self.isVisible() and self.why_empty(self.frame) is None:
            self.draw(self.frame)


def _data(track: TrackFrame) -> Data | None:
    return track.model.examples if isinstance(track.model, FeedforwardModel) else None


def _alike(frame: Frame) -> list[TrackFrame]:
    """Return the tracks whose examples have classes."""
    return [track for track in frame.tracks if (data := _data(track)) is not None and data.class_names is not None]


def _size(data: Data, name: SetName) -> int:
    return len(data.sets[name]) * data.training.inputs.size


def _accuracy(track: TrackFrame, name: SetName) -> float | None:
    """Return the share of a set that a network classifies correctly; None if its weights are no numbers any more."""
    model, params = track.model, track.state.params
    assert isinstance(model, FeedforwardModel)
    if not np.all(np.isfinite(params)):
        return None
    examples = model.examples.sets[name]
    true = metrics.classes(examples.targets, model.examples.midpoint)
    return float(np.mean(probes.predicted(model, params, examples.inputs) == true))


def _found(wanted: dict[tuple[int, SetName], Data], cancelled: Callable[[], bool]) -> Known:
    """Search for all that is wanted; what was not reached before it was cancelled is left out."""
    found: Known = {}
    try:
        for key, data in wanted.items():
            found[key] = data, scores(data, key[1], range(1, MOST_K + 1), cancelled)
    except CancelledError:
        pass
    return found


PANE = NearestNeighboursPane
