"""Tracks side by side: what a person compares a run with.

A new track is the lead's run with one thing changed, trained up to the moment of the others. Tracks can be hidden,
named, removed, brought back, and made the lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.job import Job
from app.loading import Made, fitted
from app.sentences import counted, end_sentence
from app.track import MOST_TRACKS, Track
from nlcore import datasets
from nlcore.checkpoints import MAX_CHECKPOINT_BYTES
from nlcore.datasets import Data
from nlcore.duplicates import Duplicate, duplicate, train
from nlcore.errors import LabError
from nlcore.experiment import Experiment
from nlcore.history import History
from nlcore.interventions import Change, label
from nlcore.run_tree import GHOST_BYTES, RunTree

if TYPE_CHECKING:
    from app.session import Session

FULL = f"There are {MOST_TRACKS} tracks already; remove one first"
NOTHING = "There is no run to compare with yet; open a lesson first"


class Comparison:
    """The tracks of a session as things to compare.

    Parameters
    ----------
    session : Session
        Trains and shows them.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.removed: list[Track] = []
        """Tracks that can be brought back, the newest last."""

    def forget(self) -> None:
        """Forget what was removed: another lesson is open."""
        self.removed = []

    # --- more tracks -------------------------------------------------------------------------------------------------

    def add(self, settings: Mapping[str, object], name: str = "") -> None:
        """Add a track like the lead from the start on, but with some settings changed; see `add_all`.

        Parameters
        ----------
        settings : mapping of str to object
            Dotted names and plain values; empty for the very same run.
        name : str
            On the screen; by default what is changed.
        """
        self.add_all([settings], [name])

    def add_all(self, variants: Sequence[Mapping[str, object]], names: Sequence[str] = ()) -> None:
        """Add a track for each of several changes of the lead's settings, all from the start on.

        They are trained up to the moment of the others in the background.

        Parameters
        ----------
        variants : sequence of mapping of str to object
            Dotted names and plain values.
        names : sequence of str
            On the screen; by default what is changed.

        Raises
        ------
        LabError
            If one does not fit, or if there would be more than eight tracks; nothing has happened then.
        """
        session = self._session
        session.pause()
        lead = self._lead_with_room(len(variants))
        first, until = lead.history, session.end
        experiments = [first.run.experiment.replace(settings) for settings in variants]
        given = [*names, *[""] * len(variants)]
        said = [name or told(settings) or f"{lead.name} again" for name, settings in zip(given, variants, strict=False)]
        found: list[Duplicate] = []

        def work(job: Job[Made]) -> Made:
            for settings, experiment in zip(variants, experiments, strict=True):
                found.append(_duplicate(first, experiment, settings, until, job))
            return [(name, made.history) for name, made in zip(said, found, strict=True)]

        what = f"“{said[0]}”" if len(said) == 1 else counted(len(said), "track")
        session.load(work, lambda made: self._take(made, found, variants), f"Training {what} as far as the others …")

    def add_from_here(self, changes: Sequence[Change]) -> None:
        """Add tracks that are the lead's run up to the cursor and go on from there, each with a change.

        Raises
        ------
        LabError
            If one does not fit, or if there would be more than eight tracks; nothing has happened then.
        """
        self._session.pause()
        lead = self._lead_with_room(len(changes))
        made = [
            (
                label(change, lead.trainer.experiment).replace("->", "→") + " from here",
                lead.history.fork(lead.done, change),
            )
            for change in changes
        ]
        for name, history in made:
            self._take_in(name, history)
        self._session.tell_tracks()
        self._session.seek(lead.done, f"New: {', '.join(name for name, _ in made)}.")

    def _take(self, made: Made, found: Sequence[Duplicate], variants: Sequence[Mapping[str, object]]) -> None:
        now, said = self._session.now, [f"New: {', '.join(name for name, _ in made)}."]
        for (name, history), one, settings in zip(made, found, variants, strict=True):
            track = self._take_in(name, history)
            track.claim(settings)
            if one.reason is not None:
                track.finish(one.reason)
                said.append(f"{track.name}: {end_sentence(one.reason, history.trainer, history.head)}.")
        left = max(one.n_left_out for one in found)
        if left:
            said.append(f"{counted(left, 'change')} of the run it is compared with could not be made in it.")
        self._show(" ".join(said), now)

    def _take_in(self, name: str, history: History) -> Track:
        track = Track(self._free_number(), self._free_name(name), RunTree(history))
        self._session.tracks.append(track)
        return track

    # --- what there is -----------------------------------------------------------------------------------------------

    def remove(self, number: int) -> None:
        """Take a track away; it can be brought back. The last one stays."""
        track = self._track(number)
        self._session.pause()
        if track is not None and len(self._session.tracks) > 1:
            self._session.tracks.remove(track)
            track.tree.limit(GHOST_BYTES)
            self.removed = [*self.removed, track][-MOST_TRACKS:]
            self._show(f"“{track.name}” is removed; Compare > Bring back the removed track shows it again.")

    def bring_back(self) -> None:
        """Show the track again that was removed last; it is trained as far as the others meanwhile have come."""
        session = self._session
        session.pause()
        if not self.removed or len(session.tracks) >= MOST_TRACKS:
            return
        track, until = self.removed[-1], session.end

        def work(job: Job[Made]) -> Made:
            train(track.history, until, until, job.report, lambda: job.is_cancelled, stops=True)
            return []

        session.load(work, lambda _: self._take_back(track), f"Training “{track.name}” as far as the others …")

    def _take_back(self, track: Track) -> None:
        self.removed.remove(track)
        if any(other.number == track.number for other in self._session.tracks):
            track.number = self._free_number()
        track.name = self._free_name(track.name)
        track.tree.limit(MAX_CHECKPOINT_BYTES)
        now = self._session.now
        self._session.tracks.append(track)
        self._show(f"“{track.name}” is back.", now)

    def promote(self, number: int) -> None:
        """Make a track the lead: settings, changes, undo and steps are about it."""
        track = self._track(number)
        self._session.pause()
        if track is not None and track is not self._session.lead:
            self._session.tracks.remove(track)
            self._session.tracks.insert(0, track)
            track.is_hidden = False
            self._session.changes.settle()
            self._show(f"“{track.name}” leads now: settings, changes and steps are about it.")

    def hide(self, number: int, *, is_hidden: bool) -> None:
        """Draw a track no longer, or again; it is trained with the others all the same. The lead is always drawn."""
        track = self._track(number)
        if track is not None and track is not self._session.lead and track.is_hidden != is_hidden:
            track.is_hidden = is_hidden
            self._session.tell_tracks()

    def rename(self, number: int, name: str) -> None:
        """Give a track another name; an empty one changes nothing."""
        track = self._track(number)
        if track is not None and name.strip() and name.strip() != track.name:
            track.rename(self._free_name(name.strip()))
            self._session.tell_tracks()

    def _track(self, number: int) -> Track | None:
        return next((track for track in self._session.tracks if track.number == number), None)

    def _lead_with_room(self, n: int = 1) -> Track:
        lead = self._session.lead
        if lead is None:
            raise LabError(NOTHING)
        if len(self._session.tracks) + n > MOST_TRACKS:
            raise LabError(FULL)
        return lead

    def _free_number(self) -> int:
        taken = {track.number for track in self._session.tracks}
        return next(number for number in range(1, MOST_TRACKS + 1) if number not in taken)

    def _free_name(self, name: str) -> str:
        taken, found, n = {track.name for track in self._session.tracks}, name, 2
        while found in taken:
            found, n = f"{name} ({n})", n + 1
        return found

    def _show(self, message: str, now: int | None = None) -> None:
        now = self._session.now if now is None else now
        self._session.tell_tracks()
        self._session.seek(now, message)


def _duplicate(
    first: History, experiment: Experiment, settings: Mapping[str, object], until: int, job: Job[Made]
) -> Duplicate:
    """Make the second run, with another data set if there is one."""
    data: Data | None = first.run.data
    if experiment.dataset != first.run.experiment.dataset:
        data = datasets.load(experiment.dataset, job.report, lambda: job.is_cancelled)
        experiment = fitted(experiment, data)
    return duplicate(
        first,
        experiment,
        data,
        until,
        settings=settings,
        report=job.report,
        is_cancelled=lambda: job.is_cancelled,
    )


def told(settings: Mapping[str, object]) -> str:
    """Say settings in a few words: "learning rate 0.1, momentum 0"."""
    return ", ".join(
        f"{name.rpartition('.')[2].replace('_', ' ')} {_written(value)}" for name, value in settings.items()
    )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float | int):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return "-".join(_written(item) for item in value)
    if isinstance(value, Mapping):
        return str(value.get("name", "changed")).replace("_", " ")
    return "none" if value is None else str(value).replace("_", " ")
