"""Slices of the error surface, worked out at once as far as that is quick, and the rest in a thread.

Only the newest question counts: an older one that is still being worked on is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.latest import Latest
from nlcore.error_slices import Slice, SliceWork
from nlcore.errors import CancelledError

AT_ONCE = 5_000_000
"""Outputs of units that may be computed while the window waits: about 10 ms."""
AT_ONCE_RUNNING = 600_000


class Question:
    """One slice that is wanted, and how far it is known."""

    def __init__(self, make: Callable[[], SliceWork], setup: int) -> None:
        self._make, self._setup = make, setup
        self._work: SliceWork | None = None
        self.is_given_up = False
        self.answer: Slice | None = None

    @property
    def is_answered(self) -> bool:
        """Whether nothing is left to do."""
        return self.answer is not None and self.answer.is_final

    @property
    def next_work(self) -> int:
        """About how many outputs of units come next."""
        return self._setup if self._work is None else self._work.next_work

    def prepare(self) -> SliceWork:
        """Do what has to be done once."""
        if self._work is None:
            self._work = self._make()
        return self._work

    def go_on(self) -> Slice | None:
        """Compute a little more; None if the question was given up."""
        try:
            self.answer = self.prepare().step(lambda: self.is_given_up)
        except CancelledError:
            return None
        return self.answer


class SliceAsking(QObject):
    """Works slices out.

    Signals
    -------
    answered : Slice
        The newest question has an answer, or a better one.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self._asked: list[Question] = []
        self._is_beside = False
        """Whether the question is with the thread now."""
        self._beside = Latest("nllab-slice", self)
        self._beside.answered.connect(self._on_answered)
        self.destroyed.connect(partial(_give_up, self._asked))

    @property
    def is_busy(self) -> bool:
        """Whether a better answer will come."""
        return self._question is not None and not self._question.is_answered

    def ask(self, make: Callable[[], SliceWork], setup: int, *, is_running: bool) -> Slice | None:
        """Return the answer to a new question as far as it is quick; a better one is told later.

        Parameters
        ----------
        make : callable
            Makes the question.
        setup : int
            As how many outputs of units that counts; a large one is made in the thread.
        is_running : bool
            Whether training runs: then only a first answer is worked out.
        """
        self.give_up()
        question = self._question = Question(make, setup)
        self._asked[:] = [question]
        left = AT_ONCE_RUNNING if is_running else AT_ONCE
        if setup <= left:
            left -= setup
            question.prepare()
            while not question.is_answered and question.next_work <= left:
                left -= question.next_work
                question.go_on()
        self.go_on(is_running=is_running)
        return question.answer

    def go_on(self, *, is_running: bool) -> None:
        """Let the thread work on a better answer to the question; while training runs, only on a first one."""
        question = self._question
        if question is None or question.is_answered or self._is_beside or (is_running and question.answer is not None):
            return
        self._is_beside = True
        self._beside.ask(question, question.go_on)

    def give_up(self) -> None:
        """Let the question go."""
        _give_up(self._asked)
        self._question, self._is_beside = None, False

    def finish(self) -> Slice | None:
        """Work the question out while everybody waits, as for a picture; None if there is nothing new."""
        question = self._question
        if question is None or question.is_answered:
            return None
        self._beside.close()
        self._is_beside = False
        answer = question.answer
        while answer is None or not answer.is_final:
            answer = question.go_on()
        return answer

    def _on_answered(self, about: object, answer: object) -> None:
        if about is not self._question or not isinstance(answer, Slice):
            return
        self._is_beside = False
        self.answered.emit(answer)
        self.go_on(is_running=False)


def _give_up(questions: list[Question], *_: object) -> None:
    for question in questions:
        question.is_given_up = True
