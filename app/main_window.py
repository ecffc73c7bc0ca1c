"""The main window: lessons on the left, panes on the right, the transport bar above, numbers below.

It connects what people click to the session and what the session says to the widgets. It computes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from app import library, texts
from app.actions import make_actions, retheme_actions
from app.aids import Aids
from app.bars import Bars
from app.frame import Frame
from app.layout import PaneDocks
from app.lesson import Lesson
from app.lesson_dock import LessonDock
from app.lesson_links import LessonLinks
from app.look import apply_palette, chosen_theme, icon
from app.menus import make_menus
from app.pane import Pane
from app.playback import SPEEDS
from app.session import Session
from app.settings import Settings, ThemeChoice, load_settings, save_settings
from app.status import Status
from app.text_size import renew_sheets
from app.theme import Theme
from app.tool import make_tools
from app.widgets.settings_strip import SettingsStrip
from nlcore.errors import LabError
from nlcore.interventions import Change


class MainWindow(QMainWindow):
    """The window.

    Parameters
    ----------
    session : Session
        What it shows and drives.
    settings : Settings, optional
        The remembered choices; by default those of the settings file.
    """

    def __init__(self, session: Session, settings: Settings | None = None) -> None:
        super().__init__()
        self.session = session
        self.settings = settings if settings is not None else load_settings()
        self.theme: Theme = chosen_theme(self.settings.theme)
        self.setWindowTitle(texts.PROGRAM)
        self.setDockNestingEnabled(True)
        self.setObjectName("main")
        self.resize(QSize(1280, 800))
        self.docks = PaneDocks(self, self._on_pane_created)
        self._frame: Frame | None = None
        self._lesson: Lesson | None = None
        self.aids = Aids(self)
        self.tools = make_tools(self)
        self.tool_actions = [action for tool in self.tools.values() for action in tool.actions]
        handlers = self._handlers() | self.aids.handlers()
        for tool in self.tools.values():
            handlers |= tool.handlers()
        self.actions_by_id = make_actions(self, handlers, self.tool_actions)
        self.bars = Bars(self, session, self.actions_by_id)
        self.transport, self.timeline = self.bars.transport, self.bars.timeline
        self.strip, self.status_line = self.bars.strip, self.bars.status_line
        self.lesson_dock = LessonDock(self)
        self.tree, self.text, self.data_bar = self.lesson_dock.tree, self.lesson_dock.text, self.lesson_dock.data_bar
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.lesson_dock)
        self.view_menu = make_menus(
            self,
            self.actions_by_id,
            self.tools.values(),
            self.bars.courses,
            self.settings.theme,
            self.choose_theme,
        )
        self.view_menu.addAction(self.lesson_dock.toggleViewAction())
        self._connect()
        labels = [speed.label for speed in SPEEDS]
        if self.settings.speed in labels:
            self.transport.set_speed(labels.index(self.settings.speed))
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))
        self._use_theme()
        self.bars.show(Status("empty"))

    # --- building ----------------------------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[], object]]:
        session = self.session
        return {
            "restart": session.restart,
            "new_weights": session.new_weights,
            "step_phase": session.step_phase,
            "step_presentation": lambda: session.step("presentation"),
            "step_update": lambda: session.step("update"),
            "step_epoch": lambda: session.step("epoch"),
            "to_start": lambda: session.seek(0),
            "back_epoch": lambda: session.step_back("epoch"),
            "back_update": lambda: session.step_back("update"),
            "back_presentation": lambda: session.step_back("presentation"),
            "back_phase": session.step_phase_back,
            "to_head": lambda: session.seek(sys.maxsize),
            "to_best": session.seek_best,
            "run": session.play,
            "pause": session.pause,
            "undo": session.changes.undo,
            "redo": session.changes.redo,
            "quit": self.close,
            "reset_layout": self.reset_layout,
            "full_screen": self._toggle_full_screen,
            "about": self._show_about,
        }

    def _connect(self) -> None:
        self.session.lesson_changed.connect(self._on_session_lesson_changed)
        self.session.frame_changed.connect(self._on_session_frame_changed)
        self.session.status_changed.connect(self.bars.show)
        for tool in self.tools.values():
            self.session.status_changed.connect(tool.show_status)
            tool.attach()
        self.session.problem_occurred.connect(self.show_problem)
        self.transport.speed_chosen.connect(lambda index: self.session.set_speed(SPEEDS[index]))
        self.tree.lesson_chosen.connect(self.open_lesson)
        bring_up, show_problem = self.docks.bring_up, self.show_problem
        self.links = LessonLinks(self.session, self.actions_by_id, bring_up, self.open_lesson, show_problem)
        self.text.action_requested.connect(self.links.follow)
        self.timeline.seek_requested.connect(self.session.seek)
        self.strip.change_requested.connect(lambda name, value: self._change(self.strip, {name: value}))
        self.status_line.cancel_requested.connect(self.session.cancel_loading)
        self.aids.text_size.applied.connect(self._use_theme)
        self.aids.text_size.changed.connect(self._on_text_size_changed)
        QApplication.styleHints().colorSchemeChanged.connect(self._use_theme)

    def create_panes(self) -> None:
        """Import and create the panes; done after the window is on the screen."""
        self.docks.create(self.theme)
        for dock in self.docks.docks.values():
            self.view_menu.addAction(dock.toggleViewAction())
        if self._lesson is not None:
            self._arrange(self._lesson)
        if self._frame is not None:
            self.docks.show_frame(self._frame)

    def _on_pane_created(self, pane: Pane) -> None:
        pane.selection_requested.connect(self.session.select)
        pane.change_requested.connect(lambda name, value: self._change(pane, {name: value}))
        pane.settings_requested.connect(lambda settings: self._change(pane, settings))
        pane.intervention_requested.connect(lambda change: self._intervene(pane, change))
        pane.course_requested.connect(self.session.changes.select)
        pane.phase_requested.connect(self.session.go_to_phase)
        pane.follow(self.bars.scope)
        for tool in self.tools.values():
            tool.meet(pane)

    def _change(self, asked: Pane | SettingsStrip, settings: Mapping[str, object]) -> None:
        """Change settings at the cursor, or tell the one who asked why not."""
        try:
            self.session.changes.set_together(settings)
        except LabError as error:
            if len(settings) > 1:
                self.session.changes.settle()  # they belong together: none of them waits for others
            asked.refuse(next(iter(settings)), str(error))

    def _intervene(self, asked: Pane, change: Change) -> None:
        """Change weights or examples at the cursor, or tell the pane that asked why not."""
        try:
            self.session.changes.intervene(change, asked.frame.lead.data if asked.frame is not None else None)
        except LabError as error:
            asked.refuse("", str(error))
            self.status_line.show_sentence(f"{str(error)[:1].upper()}{str(error)[1:]}.")

    # --- lessons -----------------------------------------------------------------------------------------------------

    @Slot(str)
    def open_lesson(self, lesson_id: str) -> None:
        """Open a lesson by its id; one that cannot be read leaves everything as it is."""
        try:
            lesson = library.find(lesson_id, library.own_folder(self.settings.lessons_folder))
        except LabError as error:
            self.show_problem(str(error))
            return
        self.session.open(lesson)

    def _on_session_lesson_changed(self, lesson: Lesson) -> None:
        is_other = self._lesson is None or (self._lesson.id, self._lesson.text) != (lesson.id, lesson.text)
        if is_other:
            with self.aids.presentation.lifted():
                self._remember_layout()
        self._lesson, self._frame = lesson, None
        self.tree.show_current(lesson.id)
        self.data_bar.show_data("", offers=False)  # until the data of this one are there
        self.setWindowTitle(f"{lesson.title} · {texts.PROGRAM}")
        if is_other:
            self.lesson_dock.show_text(lesson.text)
            self.bars.scope.begin(lesson.form)
            if self.docks.docks:
                with self.aids.presentation.lifted():
                    self.docks.renew(self.theme)
                    self._arrange(lesson)

    def renew_lesson(self, lesson: Lesson) -> None:
        """Show the text of the open lesson as it is now in its file; the runs stay."""
        self._lesson = self.session.lesson = lesson
        place = self.text.browser.verticalScrollBar().value()
        self.lesson_dock.show_text(lesson.text)
        self.text.browser.verticalScrollBar().setValue(place)
        self.bars.scope.begin(lesson.form)

    def _arrange(self, lesson: Lesson) -> None:
        saved = self.settings.layouts.get(lesson.id, "")
        if not (saved and self.docks.restore(saved)):
            self.reset_layout()

    def reset_layout(self) -> None:
        """Arrange the panes of the lesson as at first."""
        if self._lesson is None:
            return
        self.lesson_dock.setFloating(False)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.lesson_dock)
        self.lesson_dock.show()
        self.docks.arrange(self._lesson.panes, self.lesson_dock)

    def _remember_layout(self) -> None:
        if self._lesson is not None and self.docks.docks:
            layouts = {**self.settings.layouts, self._lesson.id: self.docks.saved()}
            self.settings = self.settings.replace(layouts=layouts)

    # --- showing -----------------------------------------------------------------------------------------------------

    def _on_session_frame_changed(self, frame: Frame) -> None:
        if "lesson" in frame.changed or self._frame is None or frame.lead.data is not self._frame.lead.data:
            self.data_bar.show_data(texts.data_sentence(frame.lead.data), offers=texts.can_get_faces(frame.lead.data))
            self.lesson_dock.show_text_beside(self._lesson, frame.lead.experiment)
        self._frame = frame
        self.bars.show_experiment(frame.lead.experiment)
        self.docks.show_frame(frame)

    def show_problem(self, sentence: str) -> None:
        """Tell the person what could not be done; everything else goes on."""
        box = QMessageBox(QMessageBox.Icon.Warning, texts.PROGRAM, sentence, QMessageBox.StandardButton.Ok, self)
        box.setTextFormat(Qt.TextFormat.PlainText)  # a message may quote a file of a stranger
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Use light or dark colours, or those of the system."""
        self.settings = self.settings.replace(theme=choice)
        self._use_theme()

    def _on_text_size_changed(self, percent: int) -> None:
        self.settings = self.settings.replace(text_percent=percent)

    @Slot()
    def _use_theme(self) -> None:
        self.theme = chosen_theme(self.settings.theme)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_palette(application, self.theme)
            renew_sheets(self)
        self.setWindowIcon(icon("app"))
        retheme_actions(self.actions_by_id, self.theme, self.tool_actions)
        self.text.set_theme(self.theme)
        self.strip.retheme(self.theme)
        self.docks.set_theme(self.theme)
        self.aids.set_theme(self.theme)
        for tool in self.tools.values():
            tool.set_theme(self.theme)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_about(self) -> None:
        QMessageBox.about(self, texts.PROGRAM, texts.about())

    def closeEvent(self, event: QCloseEvent) -> None:
        """End all threads and remember the window."""
        for tool in self.tools.values():
            tool.close()
        self.session.close()
        self._remember_layout()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        lesson = self._lesson.id if self._lesson is not None else ""
        self.settings = self.settings.replace(geometry=geometry, speed=self.session.speed.label, last_lesson=lesson)
        save_settings(self.settings)
        super().closeEvent(event)
