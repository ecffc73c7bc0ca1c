"""Garbage is collected in the window's thread, and in no other."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.collector import Collector


class Knot:
    """Something that only the collector can free, and that notes who does."""

    def __init__(self, freed_in: list[threading.Thread]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: freed_in.append(threading.current_thread()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    gc.collect()
    made = Collector()
    yield made
    made.close()
    assert gc.isenabled()
    gc.disable()  # as in all tests


def test_what_a_thread_leaves_is_freed_by_the_window(collector: Collector) -> None:
    freed_in: list[threading.Thread] = []
    n = 3 * gc.get_threshold()[0]

    def work() -> None:
        for _ in range(n):
            Knot(freed_in)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert freed_in == []
    collector.collect()
    assert set(freed_in) == {threading.current_thread()}
    assert len(freed_in) == n
    before = gc.get_count()[0]
    collector.collect()  # nothing is due
    assert gc.get_count()[0] >= before
