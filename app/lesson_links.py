"""What happens when a link in a lesson's text is followed: something is trained, set, shown or opened.

The list of what a link may ask for is `app.lesson_text.KINDS`; this is the other end of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction

from app import texts
from app.session import Session
from nlcore.errors import LabError


class LessonLinks:
    """Carries out what links ask for."""

    def __init__(
        self,
        session: Session,
        actions: Mapping[str, QAction],
        bring_up: Callable[[str], object],
        open_lesson: Callable[[str], object],
        show_problem: Callable[[str], object],
    ) -> None:
        self._session = session
        self._actions = actions
        self._bring_up = bring_up
        self._open_lesson = open_lesson
        self._show_problem = show_problem

    def follow(self, name: str, arguments: Mapping[str, object]) -> None:
        """Do what a link asks for.

        Parameters
        ----------
        name : str
            One of `app.lesson_text.KINDS`.
        arguments : mapping
            As `app.lesson_text.parse_link` returns them.
        """
        session, given = self._session, {key: str(value) for key, value in arguments.items()}
        if name == "pane":
            self._bring_up(given["id"])
        elif name == "lesson":
            self._open_lesson(given["id"])
        elif name in ("set", "set_all"):
            changes = session.changes
            self._set(changes.set_together if name == "set" else changes.set_in_all, arguments)
        elif name == "track":
            self._show_track(int(given["number"]))
        elif name == "run" and "epochs" in given:
            session.play(epochs=int(given["epochs"]))
        elif name == "run" and "presentations" in given:
            session.play(presentations=int(given["presentations"]))
        elif name == "step":
            session.step(texts.step_unit(given["unit"]), int(given.get("n", 1)))
        else:
            self._actions[name].trigger()

    def _set(self, change: Callable[[Mapping[str, object]], None], settings: Mapping[str, object]) -> None:
        try:
            change(settings)
        except LabError as error:
            self._session.changes.settle()  # a link's settings belong together: none of them waits for others
            self._show_problem(str(error))

    def _show_track(self, number: int) -> None:
        """Let a track lead, if it is there: a person may have removed it."""
        if any(track.number == number for track in self._session.tracks):
            self._session.comparison.promote(number)
        else:
            self._show_problem(f"There is no track {number} here any more. Open the lesson again to have its tracks.")
