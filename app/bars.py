"""The bars of the window: transport and settings above, timeline and status line below, with the actions in them.

They show what the session says of the run. What they ask for is connected by the window.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from app import texts
from app.actions import TIMELINE, TRANSPORT, name_steps
from app.menus import CoursesMenu
from app.playback import DEFAULT_SPEED, SPEEDS
from app.session import Session
from app.status import Status
from app.widgets.form_scope import FormScope
from app.widgets.settings_strip import SettingsStrip
from app.widgets.status_line import StatusLine
from app.widgets.timeline import Timeline
from app.widgets.transport import Transport
from nlcore.experiment import Experiment
from nlcore.fields import fields

N_BACK = 5
"""So many of the moves in time go back."""


class Bars:
    """The bars of a window.

    Parameters
    ----------
    window : QMainWindow
        Gets the bars.
    session : Session
        Whose run they show.
    actions : dict of str to QAction
        By id.
    """

    def __init__(self, window: QMainWindow, session: Session, actions: dict[str, QAction]) -> None:
        self._session, self._actions = session, actions
        self._experiment: Experiment | None = None
        ids = [action.id for action in TRANSPORT]
        groups = [[actions[i] for i in part] for part in (ids[:2], ids[2:6], ids[6:])]
        self.transport = Transport(groups, [speed.label for speed in SPEEDS], window)
        self.transport.set_speed(SPEEDS.index(DEFAULT_SPEED))
        window.addToolBar(self.transport)
        self.strip = SettingsStrip(window)
        self.scope = FormScope(window)
        self.strip.follow(self.scope)
        window.addToolBarBreak()
        window.addToolBar(self.strip)
        moves = [actions[action.id] for action in TIMELINE]
        self.timeline = Timeline(moves[:N_BACK], moves[N_BACK:], window)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self.status_line = StatusLine(window)
        window.setStatusBar(self.status_line)
        self.courses = CoursesMenu(window, lambda: session.changes.all_courses, session.changes.select)

    def show(self, status: Status) -> None:
        """Show where the run stands, and enable what can be done now."""
        self._show_transport(status)
        changes = self._session.changes
        name_steps(self._actions, changes.undo_text, changes.redo_text)
        self.courses.setEnabled(bool(changes.ghosts))
        self.strip.show_notice(changes.notice)
        if self._session.history is None:
            self.show_experiment(None)
        place = status.now if status.wanted is None else status.wanted  # the slider stays where the hand has put it
        self.timeline.show_place(place, status.end, texts.place(status))
        self.timeline.show_marks(texts.marks(changes.marks))
        numbers = texts.numbers(status, self._session.history)
        self.status_line.show_numbers(numbers.counters, numbers.measures, numbers.pace)
        self.status_line.show_sentence(status.message)
        self.status_line.show_progress(status.progress)

    def show_experiment(self, experiment: Experiment | None) -> None:
        """Show the settings in force at the cursor; looked up only when they are others."""
        if experiment is not self._experiment:
            self._experiment = experiment
            self.strip.show_fields(fields(experiment) if experiment is not None else ())

    def _show_transport(self, status: Status) -> None:
        actions = self._actions
        can_train, is_running = status.activity in ("paused", "running"), status.activity == "running"
        for action in TRANSPORT:
            actions[action.id].setEnabled(can_train)
        actions["run"].setEnabled(can_train and not is_running)
        actions["pause"].setEnabled(is_running or (can_train and status.progress is not None))
        cursor, head = status.now, status.end
        for number, action in enumerate(TIMELINE):
            actions[action.id].setEnabled(can_train and (cursor > 0 if number < N_BACK else head > 0))
        actions["back_phase"].setEnabled(can_train and (cursor > 0 or self._session.phase > 0))
        actions["to_head"].setEnabled(can_train and cursor < head)
        actions["to_best"].setEnabled(can_train and texts.has_best(self._session.history))
