"""What a person changes in the middle of a run, and the way back and forth between the courses that come of it.

A change makes another course from the moment of the cursor on; the old one stays. Undo, redo and a choice among the
courses only say which one is shown. The session trains and shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from app import courses
from app.courses import Mark
from app.frame import Ghost
from app.loading import load_run
from app.track import Earlier, Track
from nlcore.data_edits import DataEdit, is_same_training
from nlcore.datasets import Data
from nlcore.errors import LabError
from nlcore.history import History, Run
from nlcore.interventions import LIVE, Change, SettingsChange
from nlcore.run_tree import Node
from nlcore.trainer import Trainer

if TYPE_CHECKING:
    from app.session import Session


NEW_RUN = "new run"
OTHER_DATA = "only the examples of the lead can be edited, and this track has others; make it the lead first"


class Changes:
    """The changes of a session's lead, and of the other tracks where they learn from the same examples.

    Parameters
    ----------
    session : Session
        Trains and shows what is chosen here.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: dict[str, object] = {}
        self._ghosts: tuple[object, tuple[Ghost, ...]] = (None, ())
        self._marks: tuple[Run | None, tuple[Mark, ...]] = (None, ())
        self.notice = ""
        """What the newest change, undo or choice did; empty before the first."""

    def settle(self) -> None:
        """Forget what waited and what was said: another run is shown."""
        self.notice, self._waiting = "", {}

    # --- what there is -----------------------------------------------------------------------------------------------

    @property
    def undo_text(self) -> str:
        """The change that undo takes back; empty if there is none."""
        lead = self._session.lead
        if lead is None:
            return ""
        if lead.tree.current.parent is not None:
            return courses.words(lead.tree.current.label)
        return NEW_RUN if lead.earlier else ""

    @property
    def redo_text(self) -> str:
        """The change that redo brings back; empty if there is none."""
        lead = self._session.lead
        if lead is None:
            return ""
        if lead.tree.current.left is not None:
            return courses.words(lead.tree.current.left.label)
        return NEW_RUN if lead.later else ""

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """The courses of the lead that are not shown; the same tuple as long as nothing changed."""
        tree = self._session.tree
        if tree is None:
            return ()
        nodes = tuple((node, node.label, node.history.curves) for node in tree.nodes)
        if (tree.current, nodes) != self._ghosts[0]:
            self._ghosts = ((tree.current, nodes), courses.ghosts(tree))
        return self._ghosts[1]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The changes in the course that is shown."""
        history = self._session.history
        run = history.run if history is not None else None
        if run is not self._marks[0]:
            self._marks = (run, courses.marks(run) if run is not None else ())
        return self._marks[1]

    @property
    def all_courses(self) -> tuple[tuple[int, str, bool], ...]:
        """Number, name and whether it is shown, of every course of the lead; empty while there is only one."""
        tree = self._session.tree
        if tree is None or len(tree.nodes) < 2:
            return ()
        return tuple((n.number + 1, courses.name(n, tree.current), n is tree.current) for n in tree.nodes)

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
        self.set_together({name: value})

    def set_together(self, settings: Mapping[str, object]) -> None:
        """Give several settings other values at once; see `set`.

        Raises
        ------
        LabError
            If they do not fit; the run is as it was.
        """
        trainer = self._lead().trainer
        if all(_is_live(name) for name in settings):
            self.intervene(SettingsChange.of(dict(settings)))
            return
        self._waiting.update(settings)
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

    def set_in_all(self, settings: Mapping[str, object]) -> None:
        """Begin a new run in every track with some settings changed; undo leads back in all of them.

        Raises
        ------
        LabError
            If they do not fit one of the tracks; all runs are as they were.
        """
        session = self._session
        session.pause()
        wanted = [(track, track.trainer.experiment.replace(settings)) for track in session.tracks]
        names = ", ".join(f"{_name(one)} {_written(value)}" for one, value in settings.items())
        said = f"New runs in all tracks with {names}. Ctrl+Z goes back to the runs before."
        if any(one.dataset != track.trainer.experiment.dataset for track, one in wanted):
            session.load(
                lambda job: [made for track, one in wanted for made in load_run(track.name, one, job)],
                lambda made: session.begin_all([history for _, history in made], said),
                "Loading the data …",
            )
        else:
            session.begin_all([History(Trainer(one, track.trainer.model.data)) for track, one in wanted], said)

    def intervene(self, change: Change, shown: Data | None = None, *, in_all: bool = False) -> None:
        """Change the run at the cursor; while it runs, at its newest state, and then it runs on.

        Changing the same settings again before anything was trained replaces the change.

        Parameters
        ----------
        change : SettingsChange, WeightEdit or DataEdit
            What happens.
        shown : Data, optional
            The examples that the person saw; an edit of those of another track is refused.
        in_all : bool
            Whether it is meant for all tracks that have the lead's weights at this moment, not for the lead alone.

        Raises
        ------
        ExperimentError, DataError
            If the change does not fit; the run goes on as it was.
        """
        goal = self._session.pause()
        lead = self._lead()
        is_of_other = shown is not None and not is_same_training(shown, lead.trainer.model.data)
        if is_of_other and isinstance(change, DataEdit):
            if goal is not None:
                self._session.go_on(goal)
            raise LabError(OTHER_DATA)
        try:
            self._change(lead, change, in_all=in_all)
        finally:
            if goal is not None:
                self._session.go_on(goal)

    def _lead(self) -> Track:
        if self._session.lead is None:
            raise LabError("There is no run to change yet; open a lesson first")
        return self._session.lead

    def _change(self, lead: Track, change: Change, *, in_all: bool) -> None:
        tree, before, at = lead.tree, lead.tree.current, lead.done
        if self._is_in_force(change, before, at):
            self._show(f"Nothing has changed: {_settings(change)} already.", at)
            return
        if self._replaces(change, before, at):
            assert before.parent is not None
            if self._is_in_force(change, before.parent, at):
                self._show_undone(f"{_settings(change)} again, as if nothing had been changed.")
                return
            node = tree.replace_last(change)
        else:
            others = self._with_same_examples(lead) if isinstance(change, DataEdit) else []
            if in_all:
                others = self._with_same_weights(lead)
            node = tree.fork(at, change)
            node.occasion = object() if others else None
            for track in others:  # at the same moment, or at its end if that was before
                track.tree.fork(min(at, track.end), change).occasion = node.occasion
        assert node is not None
        self._show(courses.changed_sentence(node.label, node.at) + _remark(change), node.at)

    def _with_same_examples(self, lead: Track) -> list[Track]:
        """Return the other tracks that learn from the same examples; an edit of them is meant for all."""
        data = lead.trainer.model.data
        return [
            track
            for track in self._session.tracks
            if track is not lead and data is not None and is_same_training(data, track.trainer.model.data)
        ]

    def _with_same_weights(self, lead: Track) -> list[Track]:
        """Return the other tracks that stand at the same weights, as those of one lesson do at the start."""
        return [track for track in self._session.tracks if track is not lead and _place(track) == _place(lead)]

    @staticmethod
    def _replaces(change: Change, node: Node, at: int) -> bool:
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
        lead = self._session.lead
        if lead is None:
            return
        if lead.tree.current.parent is None and lead.earlier:
            self._swap("earlier", "Back in the run before; Ctrl+Shift+Z goes to the other one again.")
            return
        self._show_undone("")

    def _swap(self, source: Literal["earlier", "later"], sentence: str) -> None:
        """Let the tracks that began a new run on the same occasion as the lead show the run before, or the later."""
        lead = self._lead()
        occasion = getattr(lead, source)[-1].occasion
        other: Literal["earlier", "later"] = "later" if source == "earlier" else "earlier"
        places = []
        for track in self._session.tracks:
            runs: list[Earlier] = getattr(track, source)
            if runs and runs[-1].occasion is occasion:
                places.append(track.swap(runs, getattr(track, other)))
        self._session.show_tracks(self._session.tracks)
        self._show(sentence, max(places))

    def _show_undone(self, sentence: str) -> None:
        lead = self._session.lead
        if lead is None:
            return
        node = lead.tree.current
        place = lead.tree.undo()
        if place is None:
            return
        kept = []
        for track in self._session.tracks[1:]:
            if self._is_shared(node, track.tree.current):
                track.tree.undo()
            elif any(self._is_shared(node, other) for other in track.tree.current.path()):
                kept.append(track.shown_name)
        said = sentence or courses.undone_sentence(node.label, place.presentations)
        if kept:
            said += f" Not in {' and '.join(kept)}, where something else was changed since."
        self._show(said, place.presentations)

    @staticmethod
    def _is_shared(node: Node, other: Node) -> bool:
        """Tell whether two courses came of one edit of examples, which was meant for all tracks."""
        if node.occasion is not None or other.occasion is not None:
            return node.occasion is other.occasion
        newest = node.history.run.interventions[-1:]  # from a file, which does not know occasions
        is_edit = bool(newest) and isinstance(newest[0].change, DataEdit) and node.parent is not None
        return is_edit and other.parent is not None and other.history.run.interventions[-1:] == newest

    def redo(self) -> None:
        """Show the course with the change again that was undone last."""
        self._session.pause()
        lead = self._session.lead
        if lead is None:
            return
        if lead.tree.current.left is None and lead.later:
            self._swap("later", "Again in the later run; Ctrl+Z goes back.")
            return
        place = lead.tree.redo()
        if place is None:
            return
        for track in self._session.tracks[1:]:
            left = track.tree.current.left
            if left is not None and self._is_shared(place.node, left):
                track.tree.redo()
        self._show(courses.redone_sentence(place.node.label, place.presentations), place.presentations)

    def select(self, number: int) -> None:
        """Show another course of the lead, by its number, at the same moment, or at its end if it is shorter."""
        self._session.pause()
        lead = self._session.lead
        node = None if lead is None else next((n for n in lead.tree.nodes if n.number + 1 == number), None)
        if lead is None or node is None or node is lead.tree.current:
            return
        said = courses.name(node, lead.tree.current)
        lead.tree.select(node)
        self._show(f"Now the course {said}; the others are dimmed.", self._session.now)

    def _show(self, sentence: str, at: int) -> None:
        self.notice = sentence
        self._session.seek(at, sentence)


def _place(track: Track) -> tuple[object, ...]:
    """Return what two tracks must have in common to be the same models with the same weights."""
    experiment = track.trainer.experiment
    return experiment.family.name, experiment.network and experiment.network.layers, track.cursor.params.tobytes()


def _is_live(name: str) -> bool:
    return any(name == f"training.{live}" or name.startswith(f"training.{live}.") for live in LIVE)


def _name(setting: str) -> str:
    return setting.rpartition(".")[2].replace("_", " ")


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict) and "name" in value:
        return _written(value["name"])
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
