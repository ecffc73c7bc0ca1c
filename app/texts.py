"""What the window says: names of data, counters and measures as sentences and short labels.

Plain functions, so that they can be tested without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.sentences import counters_sentence, thousands, version
from nlcore.datasets import Data
from nlcore.errors import LessonError
from nlcore.history import History
from nlcore.records import StepUnit

if TYPE_CHECKING:
    from app.courses import Mark
    from app.status import Status

PROGRAM = "Neural Learning Lab"
UNITS: dict[str, StepUnit] = {"presentation": "presentation", "update": "update", "epoch": "epoch"}
SHORT = {"loss": "loss", "error_rate": "error rate"}
SOURCES = {
    "cmu": "CMU face images (photographs)",
    "synthetic": "generated",
    "built in": "built in",
    "uci": "UCI Machine Learning Repository",
    "peterson_barney": "Peterson and Barney's table",
    "lesson": "written in the lesson",
}
DRAWN_HEADS = "drawn heads (synthetic, not photographs)"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The labels of the status line."""

    counters: str
    measures: tuple[str, ...]
    pace: str


def step_unit(name: str) -> StepUnit:
    """Return the step unit of that name.

    Raises
    ------
    LessonError
        If there is none.
    """
    if name not in UNITS:
        raise LessonError(f"a step is a presentation, an update or an epoch, not {name!r}")
    return UNITS[name]


def data_sentence(data: Data | None) -> str:
    """Say which data are shown, how many, and what to know about them."""
    if data is None:
        return ""
    sizes = " / ".join(f"{thousands(len(examples))} {name}" for name, examples in data.sets.items() if len(examples))
    source = DRAWN_HEADS if can_get_faces(data) else SOURCES.get(data.source, data.source)
    noun = "example" if sizes == "1 training" else "examples"
    said = [f"Data: {data.name.replace('_', ' ')}, {source} · {sizes} {noun}."]
    if data.attribution:
        said.append(data.attribution)
    return " ".join([*said, *data.notes])


def can_get_faces(data: Data | None) -> bool:
    """Tell whether these are drawn heads, in whose place there could be photographs."""
    return data is not None and data.name == "faces" and data.source == "synthetic"


def numbers(status: Status, history: History | None) -> Numbers:
    """Return the labels of the status line."""
    if history is None or status.activity in ("empty", "loading"):
        return Numbers("", (), "")
    counters = status.counters
    said = counters_sentence(counters, history.trainer.model.epoch_length)
    measures = []
    columns = history.trainer.model.columns
    for name in dict.fromkeys(column.set_name for column in columns):
        parts = [
            f"{SHORT[column.metric]} {value:.4g}"
            for column, value in zip(columns, status.row if status.row is not None else (), strict=False)
            if column.set_name == name
            and (column.metric == "error_rate" or (name == "training" and column.metric == "loss"))
        ]
        if parts:
            measures.append(f"{name}: {', '.join(parts)}")
    if status.row is None:
        measures.append("measuring …")
    pace = f"{thousands(status.updates_per_second)} updates/s" if status.updates_per_second else ""
    seed = f"seed {history.trainer.experiment.seed}"
    return Numbers(said, tuple(measures), f"{pace}   {seed}".strip())


def has_best(history: History | None) -> bool:
    """Tell whether there is a best validation to go to."""
    return history is not None and history.best_validation() is not None


def place(status: Status) -> str:
    """Say where the cursor is in the run."""
    if status.activity in ("empty", "loading"):
        return ""
    cursor, head = status.counters, status.head
    if status.wanted is not None:
        return f"on the way to presentation {thousands(status.wanted)}"
    if cursor.presentations < status.now:
        return f"ended at update {thousands(cursor.updates)}; the others: presentation {thousands(status.now)}"
    if cursor.presentations == head.presentations:
        return f"newest state: update {thousands(cursor.updates)}"
    return f"update {thousands(cursor.updates)} of {thousands(head.updates)}, in the past"


def marks(changes: Sequence[Mark]) -> list[tuple[int, str]]:
    """Return when each change acts, and what to say about it."""
    return [(mark.at, f"From presentation {thousands(mark.at)} on: {mark.text}") for mark in changes]


def about() -> str:
    """Return the text of the About box, in rich text."""
    return (
        f"<h3>{PROGRAM} {version()}</h3>"
        "<p>A laboratory for learning how neural networks learn.</p>"
        "<p>The CMU face images were collected by Tom Mitchell and donated to the UCI KDD archive (1999); they may be "
        "used free of charge for any educational purpose with attribution. They are not part of this program.</p>"
        "<p>Fonts: Inter (SIL Open Font License) and DejaVu Sans.</p>"
    )
