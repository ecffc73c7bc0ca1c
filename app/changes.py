"""What a person changes in the middle of a run, and the way back and forth between the courses that come of it.

A change makes another course from the moment of the cursor on; the old one stays. Undo, redo and a choice among the
courses only say which one is shown. The session trains and shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import courses
from app.courses import Mark
from app.frame import Ghost
from nlcore.errors import LabError
from nlcore.history import Run
from nlcore.interventions import LIVE, Change, SettingsChange
from nlcore.run_tree import Node, RunTree

if TYPE_CHECKING:
    from app.session import Session


NEW_RUN = "new run"
MOST_EARLIER = 3
"""Runs that can be gone back to after others were begun."""


class Changes:
    """The changes of a session's run.

    Parameters
    ----------
    session : Session
        Trains and shows what is chosen here.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tree: RunTree | None = None
        self._earlier: list[tuple[RunTree, int]] = []
        self._later: list[tuple[RunTree, int]] = []
        self._waiting: dict[str, object] = {}
        self._ghosts: tuple[object, tuple[Ghost, ...]] = (None, ())
        self._marks: tuple[Run | None, tuple[Mark, ...]] = (None, ())
        self.notice = ""
        """What the newest change, undo or choice did; empty before the first."""

    def begin(self, tree: RunTree | None) -> None:
        """Take over another tree; undo leads to the one before. With None all is forgotten."""
        if tree is None:
            self._earlier, self._later = [], []
        elif self._tree is not None and tree is not self._tree:
            self._earlier = [*self._earlier, self._place()][-MOST_EARLIER:]
            self._later = []
        self._tree, self.notice, self._waiting = tree, "", {}

    def _place(self) -> tuple[RunTree, int]:
        assert self._tree is not None
        cursor = self._session.cursor
        return self._tree, cursor.counters.presentations if cursor is not None else 0

    # --- what there is -----------------------------------------------------------------------------------------------

    @property
    def undo_text(self) -> str:
        """The change that undo takes back; empty if there is none."""
        node = self._tree.current if self._tree is not None else None
        if node is not None and node.parent is not None:
            return courses.words(node.label)
        return NEW_RUN if self._earlier else ""

    @property
    def redo_text(self) -> str:
        """The change that redo brings back; empty if there is none."""
        node = self._tree.current.left if self._tree is not None else None
        if node is not None:
            return courses.words(node.label)
        return NEW_RUN if self._later else ""

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """The courses that are not shown; the same tuple as long as nothing changed."""
        if self._tree is None:
            return ()
        nodes = tuple((node, node.label, node.history.curves) for node in self._tree.nodes)
        if (self._tree.current, nodes) != self._ghosts[0]:
            self._ghosts = ((self._tree.current, nodes), courses.ghosts(self._tree))
        return self._ghosts[1]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The changes in the course that is shown."""
        run = self._tree.current.history.run if self._tree is not None else None
        if run is not self._marks[0]:
            self._marks = (run, courses.marks(run) if run is not None else ())
        return self._marks[1]

    @property
    def all_courses(self) -> tuple[tuple[int, str, bool], ...]:
        """Number, name and whether it is shown, of every course; empty while there is only one."""
        if self._tree is None or len(self._tree.nodes) < 2:
            return ()
        shown = self._tree.current
        return tuple((node.number + 1, courses.name(node, shown), node is shown) for node in self._tree.nodes)

    # --- intents -----------------------------------------------------------------------------------------------------

    def set(self, name: str, value: object) -> None:
        """Give a setting another value: from the cursor on where that can be, else in a new run.

        A change that does not fit alone (a rule that needs other units, say) waits until another one makes it fit.

        Parameters
        ----------
        name : str
            Dotted, as in `nlcore.fields`.
        value : object
            In plain types; None takes an optional setting away.

        Raises
        ------
        LabError
            If it does not fit; the run is as it was.
        """
        if self._tree is None or self._session.cursor is None:
            raise LabError("There is no run to change yet; open a lesson first")
        trainer = self._tree.current.history.trainer_at(self._session.cursor.counters.presentations)
        if any(name == f"training.{live}" or name.startswith(f"training.{live}.") for live in LIVE):
            self.intervene(SettingsChange.of({name: value}))
            return
        self._waiting[name] = value
        try:
            experiment = trainer.experiment.replace(self._waiting)
            if experiment == trainer.experiment:
                self._waiting = {}
                return
            said = ", ".join(
                f"{one.rpartition('.')[2].replace('_', ' ')} {_written(self._waiting[one])}" for one in self._waiting
            )
            self._session.begin(experiment, f"A new run with {said}. Ctrl+Z goes back to the run before.")
        except LabError as error:
            raise LabError(f"{error}. This change waits until the rest fits, or until you set it back") from None

    def intervene(self, change: Change) -> None:
        """Change the run at the cursor; while it runs, at its newest state, and then it runs on.

        Changing the same settings again before anything was trained replaces the change.

        Parameters
        ----------
        change : SettingsChange, WeightEdit or DataEdit
            What happens.

        Raises
        ------
        ExperimentError, DataError
            If the change does not fit; the run goes on as it was.
        """
        goal = self._session.pause()
        if self._tree is None or self._session.cursor is None:
            raise LabError("There is no run to change yet; open a lesson first")
        try:
            self._change(change, self._session.cursor.counters.presentations)
        finally:
            if goal is not None:
                self._session.go_on(goal)

    def _change(self, change: Change, at: int) -> None:
        assert self._tree is not None
        tree, before = self._tree, self._tree.current
        if self._is_in_force(change, before, at):
            self._show(f"Nothing has changed: {_settings(change)} already.", at)
            return
        if self._replaces(change, at):
            assert before.parent is not None
            if self._is_in_force(change, before.parent, at):
                self._show_undone(f"{_settings(change)} again, as if nothing had been changed.")
                return
            node = tree.replace_last(change)
        else:
            node = tree.fork(at, change)
        assert node is not None
        self._show(courses.changed_sentence(node.label, node.at) + _remark(change), node.at)

    def _replaces(self, change: Change, at: int) -> bool:
        assert self._tree is not None
        node = self._tree.current
        is_untouched = not node.children and node.history.head.counters.presentations == node.at == at
        if node.parent is None or not is_untouched or not node.history.run.interventions:
            return False
        return courses.is_same_setting(change, node.history.run.interventions[-1].change)

    @staticmethod
    def _is_in_force(change: Change, node: Node, at: int) -> bool:
        if not isinstance(change, SettingsChange):
            return False
        experiment = node.history.trainer_at(at).experiment
        return experiment.replace(change.plain()) == experiment

    def undo(self) -> None:
        """Show the course without the newest change, at the moment of the change, or the run before this one."""
        self._session.pause()
        if self._tree is not None and self._tree.current.parent is None and self._earlier:
            self._swap(self._earlier, self._later, "Back in the run before; Ctrl+Shift+Z goes to the other one again.")
            return
        self._show_undone("")

    def _swap(self, source: list[tuple[RunTree, int]], other: list[tuple[RunTree, int]], sentence: str) -> None:
        """Show the newest run of one list and put the one that is shown into the other."""
        other.append(self._place())
        self._tree, at = source.pop()
        self._session.adopt(self._tree)
        self._show(sentence, at)

    def _show_undone(self, sentence: str) -> None:
        node = self._tree.current if self._tree is not None else None
        place = self._tree.undo() if self._tree is not None else None
        if node is not None and place is not None:
            said = sentence or courses.undone_sentence(node.label, place.presentations)
            self._show(said, place.presentations)

    def redo(self) -> None:
        """Show the course with the change again that was undone last."""
        self._session.pause()
        if self._tree is not None and self._tree.current.left is None and self._later:
            self._swap(self._later, self._earlier, "Again in the later run; Ctrl+Z goes back.")
            return
        place = self._tree.redo() if self._tree is not None else None
        if place is not None:
            self._show(courses.redone_sentence(place.node.label, place.presentations), place.presentations)

    def select(self, number: int) -> None:
        """Show another course, by its number, at the same moment, or at its end if it is shorter."""
        self._session.pause()
        if self._tree is None or self._session.cursor is None:
            return
        node = next((node for node in self._tree.nodes if node.number + 1 == number), None)
        if node is None or node is self._tree.current:
            return
        said = courses.name(node, self._tree.current)
        self._tree.select(node)
        self._show(f"Now the course {said}; the others are dimmed.", self._session.cursor.counters.presentations)

    def _show(self, sentence: str, at: int) -> None:
        self.notice = sentence
        self._session.seek(at, sentence)


def _name(setting: str) -> str:
    return setting.rpartition(".")[2].replace("_", " ")


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value).replace("_", " ") if isinstance(value, str) else str(value)


def _settings(change: Change) -> str:
    """Say what a change sets: "learning rate 0.1"."""
    if not isinstance(change, SettingsChange):
        return "it"
    said = (f"{name.rpartition('.')[2].replace('_', ' ')} {value}" for name, value in change.plain().items())
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def _remark(change: Change) -> str:
    """Warn where a change makes learning impossible."""
    if isinstance(change, SettingsChange) and change.plain().get("training.learning_rate") == 0.0:
        return " With a learning rate of 0 nothing will be learnt."
    return ""
