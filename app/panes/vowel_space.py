"""The plane of F1 and F2 as something to listen to: choose a place, see what the network hears there, and hear it.

The sound comes from a small formant synthesizer. It is saved as a WAV file or given to the system's own player.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from app.frame import Frame
from app.glossary import explained
from app.pane import Pane
from app.table import Table
from app.theme import Theme
from app.widgets.class_map import paint_classes
from app.widgets.drawn_examples import drawn_examples
from app.widgets.example_detail import OutputBars
from app.widgets.options import OptionRow, fill
from app.widgets.plane import Plane
from app.widgets.problem_line import ProblemLine
from app.widgets.readout import Readout
from app.widgets.sound_file import ask_where, file_name, play, write_sound
from app.widgets.surface import SurfacePlot
from app.widgets.surface_texts import target_classes
from app.widgets.vowel_place import NEUTRAL, X_RANGE, Y_RANGE, Place, ask_plane, near_words, plane_points
from app.widgets.vowel_texts import all_words, answer, hears, outputs_at, place_words
from nlcore.errors import LabError
from nlcore.families.feedforward import FeedforwardModel
from nlcore.records import SetName

COARSE, FINE = 50, 120
STEPS = 63
"""Arrow keys go through the plane in so many steps: 20 Hz of F1, 53 Hz of F2."""
WIDE, TALL = 380, 300
"""From this size in pixels on there is room for the bars beside the plane."""
BARS_WIDTH = 150
TALLER, TALL_SHARE = 520, 1.2
"""From this height on, if it is so many times the width, the bars stand below."""
MAX_WIDTH = 16_777_215
LARGEST = 1e9
"""Of what a session file says of the place, in Hz; it is brought into the plane anyway."""
"""No limit, for Qt."""
FEW_LINES, MANY_LINES = 2, 5
SETS: dict[SetName, str] = {"test": "Test words", "validation": "Validation words", "training": "Training words"}
VOICES = {"": "Like the nearest speakers", "man": "A man", "woman": "A woman", "child": "A child"}
NO_VOWELS = (
    "This is a plane for vowels, and the data that are open are something else. The lesson “Ten vowels from two "
    "numbers” has them, or choose the data set Vowels in the settings."
)
NO_FORMANTS = "The plane needs the first two formants: choose f1 and f2 among the formants of the data set."
NO_NUMBERS = "The weights have left the range of finite numbers, so the network hears nothing. Step back to before."


class VowelSpacePane(Pane):
    """Draws the regions of the words, and a place to listen to."""

    id = "vowel_space"
    key = "Ctrl+F11"
    title = "Vowel space"
    help = "Choose a place in the plane of the first two formants: see what the network hears there, and hear it."
    multiples = "own"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: FeedforwardModel | None = None
        self._seen: tuple[SetName, int] | None = None
        self._points_of: tuple[int, SetName | None] = (0, None)
        self._drawn = drawn_examples(0)
        self._painted: tuple[object, object, object] = (None, None, None)
        self.place = Place.at(*NEUTRAL, "")
        self.options = OptionRow(self.body)
        self.voice = self.options.add_choice(
            "Voice", "Voice that speaks", explained("Who speaks: the pitch, and the third formant", "formant")
        )
        fill(self.voice, list(VOICES.values()), list(VOICES), "", ["Nearest", "Man", "Woman", "Child"])
        self.points = self.options.add_choice(
            "Words", "Words that are shown", "Which spoken words are drawn; click one to hear it"
        )
        self.play_button = self.options.add_button(
            "Play", "Make the sound as a file in your cache folder, and open it with your system's own player"
        )
        self.save_button = self.options.add_button(
            "Save as WAV …", "Write the sound as a WAV file wherever you want", "Save …"
        )
        self.options.done()
        self.plot = SurfacePlot("Plane of the first two formants", self.body)
        self.plot.set_plane(Plane(X_RANGE, Y_RANGE))
        self.heading = QLabel(self.body)
        self.heading.setAccessibleName("What the network hears")
        self.bars = OutputBars(self.body)
        self.bars.setAccessibleName("Outputs of the network at the chosen place")
        self.problem = ProblemLine(self.body)
        self.readout = Readout("The chosen place", self.body)
        self._lay_out()
        self._connect()
        self.retheme(self.theme)

    def _lay_out(self) -> None:
        self.side = QWidget(self.body)
        beside = QVBoxLayout(self.side)
        beside.setContentsMargins(4, 4, 6, 0)
        beside.addWidget(self.heading)
        beside.addWidget(self.bars)
        beside.addStretch(1)
        self.middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.middle.setSpacing(0)
        self.middle.addWidget(self.plot, 1)
        self.middle.addWidget(self.side)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.options)
        column.addLayout(self.middle, 1)
        column.addWidget(self.problem)
        column.addWidget(self.readout)

    def _connect(self) -> None:
        self.voice.activated.connect(lambda _: self._voice_chosen())
        self.points.activated.connect(lambda _: self._redraw())
        self.play_button.clicked.connect(self.play)
        self.save_button.clicked.connect(self.save)
        self.plot.clicked.connect(self._place_clicked)
        self.plot.stepped.connect(self._step)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def why_empty(self, frame: Frame) -> str | None:
        """Say what is missing: vowels, their first two formants, or a network with weights."""
        model = frame.lead.model
        if not isinstance(model, FeedforwardModel) or model.examples.name != "vowels":
            return NO_VOWELS
        if hears(frame.lead) is None:
            return NO_NUMBERS if not np.all(np.isfinite(frame.lead.state.params)) else NO_FORMANTS
        return None

    def retheme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        super().retheme(theme)
        self.plot.retheme(theme)
        self.problem.retheme(theme)

    def draw(self, frame: Frame) -> None:
        """Draw the regions of the first track, the words, and the chosen place."""
        model = hears(frame.lead)
        assert model is not None
        if model is not self._model:
            self._take_model(model)
        self._follow_selection(frame, model)
        self._draw_words(model)
        self._draw_map(frame, model)
        several = f"{frame.lead.name}: " if len(frame.tracks) > 1 else ""
        self.plot.set_texts(f"{several}What the network hears", "F1 (Hz)", "F2 (Hz)")
        self._say(frame)

    def _draw_map(self, frame: Frame, model: FeedforwardModel) -> None:
        """Paint the regions, unless they are painted already: the network may hear pitch and F3 too, or not."""
        params, n = frame.lead.state.params, COARSE if frame.is_running else FINE
        others: list[float] = []
        if model.examples.n_inputs > 2:  # then every step through the plane paints another map
            n, others = COARSE, [self.place.voice.pitch, self.place.voice.formants[2]]
        wanted = (n, self.theme.name, *others)
        if self._painted[0] is not params or self._painted[1] is not model or self._painted[2] != wanted:
            self._painted = params, model, wanted
            paint_classes(self.plot, model, ask_plane(model, params, self.place, n).outputs[-1])

    def _take_model(self, model: FeedforwardModel) -> None:
        chosen = self.points.currentData()
        if self._model is None or self._model.examples is not model.examples:
            self._seen, self.place = None, replace(self.place, example=None)
        self._model, self._points_of = model, (0, None)
        sets = [name for name in SETS if len(model.examples.sets[name])]
        first = chosen if chosen in (*sets, "") and self.points.count() else sets[0]
        short = [*(SETS[name].split()[0] for name in sets), "None"]
        fill(self.points, [*(SETS[name] for name in sets), "No words"], [*sets, ""], first, short)

    def _follow_selection(self, frame: Frame, model: FeedforwardModel) -> None:
        """Go to an example that is selected here or in another pane."""
        chosen = frame.selection.example
        if chosen is None or chosen[1] >= len(model.examples.sets[chosen[0]]):
            self._seen = None
        elif chosen != self._seen:
            self._seen = chosen
            self.place = Place.of_example(model.examples, chosen, self.voice.currentData())

    def _draw_words(self, model: FeedforwardModel) -> None:
        name: SetName | None = self.points.currentData() or None
        examples = model.examples.sets[name] if name is not None else None
        at = self.place.example
        selected = at[1] if at is not None and at[0] == name else -1
        drawn = drawn_examples(0 if examples is None else len(examples), selected)
        if (id(examples), name) != self._points_of or not np.array_equal(drawn, self._drawn):
            self._points_of, self._drawn = (id(examples), name), drawn
            if examples is None or name is None:
                self.plot.set_points(np.empty((0, 2)), np.empty(0, dtype=np.int64))
            else:
                classes = target_classes(model, name, drawn)
                self.plot.set_points(plane_points(model.examples, examples.inputs[drawn]), classes, 10)
        self.plot.set_selected(int(np.searchsorted(drawn, selected)) if selected >= 0 else -1)
        self.plot.show_cross(self.place.point)

    def _say(self, frame: Frame) -> None:
        """Show the outputs at the place, and say what is heard."""
        model = hears(frame.lead)
        assert model is not None
        outputs = outputs_at(frame.lead, self.place)
        rows = tuple((n, float(o), math.nan) for n, o in zip(model.examples.class_names or (), outputs, strict=True))
        self.bars.show_rows(rows, int(np.argmax(outputs)), self.theme)
        self.heading.setText(f"Network: {answer(model, outputs)}")
        self.readout.show_text(all_words(frame, model, self.place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the bars below the plane in a tall pane; leave them out of a small one, where texts are short, too."""
        super().resizeEvent(event)
        is_tall = self.height() >= TALLER and self.height() > TALL_SHARE * self.width()
        self.middle.setDirection(QBoxLayout.Direction.TopToBottom if is_tall else QBoxLayout.Direction.LeftToRight)
        self.side.setMinimumWidth(0 if is_tall else BARS_WIDTH)
        self.side.setMaximumWidth(MAX_WIDTH if is_tall else BARS_WIDTH)
        self.readout.set_max_lines(FEW_LINES if self.height() < TALL else MANY_LINES)
        self.side.setVisible(is_tall or (self.width() >= WIDE and self.height() >= TALL))

    def in_words(self, frame: Frame) -> str:
        """Say the place, what is heard there and which words lie near."""
        model = hears(frame.lead)
        return (self.why_empty(frame) or self.help) if model is None else all_words(frame, model, self.place)

    def tables(self, frame: Frame) -> tuple[Table, ...]:
        """Return the outputs of all tracks at the place, and the nearest training words of the first."""
        model = hears(frame.lead)
        assert model is not None
        heard = [(track, found) for track in frame.tracks if (found := hears(track)) is not None]
        rows = tuple(
            (track.name, word, float(output))
            for track, found in heard
            for word, output in zip(found.examples.class_names or (), outputs_at(track, self.place), strict=True)
        )
        near = tuple((word.name, word.words, word.f1, word.f2) for word in near_words(model.examples, self.place))
        return (
            Table("Outputs at the place", ("track", "word", "output"), rows, place_words(self.place)),
            Table("Nearest training words", ("example", "who said what", "F1 (Hz)", "F2 (Hz)"), near),
        )

    # --- choosing a place --------------------------------------------------------------------------------------------

    def choose(self, f1: float, f2: float) -> None:
        """Choose a place of the plane."""
        self.place = Place.at(f1, f2, self.voice.currentData())
        self._redraw()

    def _place_clicked(self, x: float, y: float) -> None:
        name: SetName | None = self.points.currentData() or None
        index = self.plot.point_at(x, y)
        if index < 0 or name is None or self._model is None:
            self.choose(x, y)
            return
        example = name, int(self._drawn[index])
        self.place = Place.of_example(self._model.examples, example, self.voice.currentData())
        if self.frame is not None:
            self.select(replace(self.frame.selection, example=example))
        self._redraw()

    def _step(self, right: int, up: int) -> None:
        """Move the place with the arrow keys."""
        x, y = self.place.point
        self.choose(
            x + right * (X_RANGE[1] - X_RANGE[0]) / STEPS,
            y + up * (Y_RANGE[1] - Y_RANGE[0]) / STEPS,
        )

    def _voice_chosen(self) -> None:
        who, at = self.voice.currentData(), self.place.example
        if at is not None and self._model is not None and at[1] < len(self._model.examples.sets[at[0]]):
            self.place = Place.of_example(self._model.examples, at, who)
        else:
            self.place = Place.at(*self.place.point, who)
        self._redraw()

    def _redraw(self) -> None:
        self.problem.say("")
        if self.frame is not None:
            self.show_frame(self.frame)

    # --- sound -------------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Give the sound to the system's player."""
        self.problem.say("")
        try:
            play(self._word(), self.place.voice)
        except LabError as error:
            self.problem.refuse(str(error))
        else:
            self.readout.show_text(f"Given to your system's player. {self.readout.full_text}")

    def save(self) -> None:
        """Ask for a file and write the sound."""
        path = ask_where(self, file_name(self._word(), self.place.voice))
        if path is None:
            return
        self.problem.say("")
        try:
            write_sound(path, self.place.voice)
        except LabError as error:
            self.problem.refuse(str(error))
        else:
            self.readout.show_text(f"Saved as {path}. {self.readout.full_text}")

    def _word(self) -> str:
        """Return what the sound is called: the word that was said, or that the network hears."""
        if self.place.token is not None:
            return self.place.token.word
        model = hears(self.frame.lead) if self.frame is not None else None
        return (
            "vowel" if self.frame is None or model is None else answer(model, outputs_at(self.frame.lead, self.place))
        )

    def take_over(self, other: Pane) -> None:
        """Show the place of another pane of this kind."""
        if isinstance(other, VowelSpacePane):
            self.place = other.place
            self._seen = other.place.example

    def notes(self) -> Mapping[str, Any]:
        """Return the place."""
        return {"f1": self.place.point[0], "f2": self.place.point[1]}

    def take_notes(self, notes: Mapping[str, Any]) -> None:
        """Show the place of a file, if it says one."""
        point = [notes.get(name) for name in ("f1", "f2")]
        values = [float(v) for v in point if isinstance(v, int | float) and -LARGEST <= v <= LARGEST]
        f1, f2 = values if len(values) == 2 else NEUTRAL
        self.place = Place.at(f1, f2, self.voice.currentData())


PANE = VowelSpacePane
