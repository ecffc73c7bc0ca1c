"""Lessons made on the spot for tests of the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.lesson import Lesson
from tests.nlcore.examples import gate, xor


def xor_lesson(**changes: Any) -> Lesson:
    """Return a small lesson on XOR."""
    return Lesson(
        id="xor-test",
        title="XOR for tests",
        part="Tests",
        order=1,
        lecture=(),
        panes=("network_diagram", "decision_surface", "error_curves"),
        experiment=xor(**changes),
        variants=(),
        expectations=(),
        text="# XOR\n\nTrain [100 epochs](action:run?epochs=100) or [one](action:step?unit=epoch).",
        path=Path("xor-test.md"),
    )


def and_lesson() -> Lesson:
    """Return a small lesson on AND with the perceptron rule."""
    lesson = xor_lesson()
    return Lesson(
        "and-test",
        "AND for tests",
        lesson.part,
        2,
        (),
        lesson.panes,
        gate("and"),
        (),
        (),
        "# AND",
        Path("and-test.md"),
    )
