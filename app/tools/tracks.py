"""Comparing runs: the question "compare with what?", the bar of tracks, and the same things in a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMenu

from app.actions import Action
from app.sentences import counters_sentence
from app.status import Status
from app.theme import Theme
from app.tool import MenuName, Tool
from app.track import MOST_TRACKS, Track
from app.widgets.compare_dialog import CompareDialog
from app.widgets.track_bar import Chip, TrackBar
from nlcore.errors import LabError
from nlcore.fields import fields
from nlcore.interventions import SettingsChange

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Tracks(Tool):
    """The tracks of the session in a bar and in a menu."""

    menu: ClassVar[MenuName] = "compare"
    order: ClassVar[int] = 10
    actions: ClassVar[tuple[Action, ...]] = (
        Action(
            "compare_with",
            "&Compare with …",
            "Ctrl+D",
            "Train the same run with one thing changed beside this one",
            "compare",
        ),
        Action(
            "bring_back_track",
            "&Bring back the removed track",
            "Ctrl+Shift+B",
            "Show the track again that was removed last",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.bar: TrackBar | None = None
        self.tracks_menu = QMenu("&Tracks", window)
        self.tracks_menu.aboutToShow.connect(self._fill_menu)
        self.dialog: CompareDialog | None = None

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what its actions do."""
        return {"compare_with": self.ask, "bring_back_track": self.window.session.comparison.bring_back}

    def menus(self) -> Sequence[QMenu]:
        """Return the menu of the tracks there are."""
        return (self.tracks_menu,)

    def attach(self) -> None:
        """Put the bar below the others."""
        window, comparison = self.window, self.window.session.comparison
        self.bar = TrackBar(window.actions_by_id["compare_with"], window)
        window.addToolBarBreak()
        window.addToolBar(self.bar)
        self.bar.hide()
        self.bar.lead_chosen.connect(comparison.promote)
        self.bar.hide_chosen.connect(lambda number, is_hidden: comparison.hide(number, is_hidden=is_hidden))
        self.bar.rename_chosen.connect(self._rename)
        self.bar.remove_chosen.connect(comparison.remove)
        window.session.tracks_changed.connect(self._show_tracks)

    def show_status(self, status: Status) -> None:
        """Offer what can be done now."""
        actions, session = self.window.actions_by_id, self.window.session
        has_room = 0 < len(session.tracks) < MOST_TRACKS and status.activity != "loading"
        actions["compare_with"].setEnabled(has_room)
        actions["bring_back_track"].setEnabled(has_room and bool(session.comparison.removed))
        self.tracks_menu.setEnabled(bool(session.tracks))
        if status.activity != "running":
            self._show_tracks()

    def set_theme(self, theme: Theme) -> None:
        """Take over the colours of a theme."""
        if self.bar is not None:
            self.bar.retheme(theme)

    def ask(self, name: str = "") -> None:
        """Ask what to compare the lead with.

        Parameters
        ----------
        name : str
            A setting to begin with, by its dotted name.
        """
        session = self.window.session
        session.pause()
        lead = session.lead
        if lead is None:
            return
        room = MOST_TRACKS - len(session.tracks)
        self.dialog = CompareDialog(fields(lead.trainer.experiment), lead.shown_name, lead.done, room, self.window)
        if name:
            self.dialog.choose(name)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.chosen.connect(self._add)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _add(self, found: list[dict[str, object]], is_from_here: bool) -> None:
        comparison = self.window.session.comparison
        try:
            if is_from_here:
                comparison.add_from_here([SettingsChange.of(settings) for settings in found])
            else:
                comparison.add_all(found)
        except LabError as error:
            self.window.show_problem(str(error))

    def _rename(self, number: int) -> None:
        track = next((track for track in self.window.session.tracks if track.number == number), None)
        if track is None:
            return
        asked = QInputDialog(self.window)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setWindowTitle("Rename the track")
        asked.setLabelText("&Name:")
        asked.setTextValue(track.name)
        asked.textValueSelected.connect(lambda name: self.window.session.comparison.rename(number, name))
        asked.open()

    def _show_tracks(self) -> None:
        if self.bar is not None:
            self.bar.show_chips([self._chip(track) for track in self.window.session.tracks])

    def _chip(self, track: Track) -> Chip:
        is_lead = track is self.window.session.lead
        said = "Settings, changes and steps are about it." if is_lead else "Click to lead with it."
        session, name = self.window.session, track.shown_name
        if track.is_at_end and track.done < session.now:
            counters = counters_sentence(track.cursor.counters)
            said = f"It has ended after {counters}. {said}"
        return Chip(
            track.number,
            name,
            f"{name}. {said}",
            is_lead,
            track.is_hidden,
            has_ended=track.is_at_end and track.done < session.now,
            can_go=len(session.tracks) > 1,
        )

    def _fill_menu(self) -> None:
        self.tracks_menu.clear()
        if self.bar is not None:
            for track in self.window.session.tracks:
                self.tracks_menu.addMenu(self.bar.menu_of(self._chip(track), self.tracks_menu))


TOOL = Tracks
