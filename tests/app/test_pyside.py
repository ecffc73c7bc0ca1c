"""A canary: a PySide6 that loses references to True and None ends the process after seconds, so notice it here."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class Emitter(QObject):
    happened = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True and None count no references since Python 3.12")
def test_emitting_loses_no_references() -> None:
    emitter, seen = Emitter(), []
    emitter.happened.connect(lambda _: seen.append(len(seen)))
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(1000):
        emitter.happened.emit(True)
        emitter.setObjectName("x")
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert len(seen) == 1000
    assert after[0] > before[0] - 100
    assert after[1] > before[1] - 100
