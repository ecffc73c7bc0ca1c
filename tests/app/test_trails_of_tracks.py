"""Ways of tracks: known at once as far as the history holds them, gone again at rest, and no thread left over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.track import Track
from app.trails import Trails
from nlcore.history import History
from nlcore.interventions import WeightEdit
from nlcore.records import Address
from nlcore.run_tree import RunTree
from nlcore.trails import Trail
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def train(track: Track, *steps: int) -> None:
    for n in steps:
        track.history.record(track.history.trainer.advance(track.history.head, n))
        track.cursor = track.history.head


class Desk:
    """Two tracks and their ways."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        runs = [RunTree(History(Trainer(xor(training__learning_rate=rate)))) for rate in (0.5, 0.1)]
        self.tracks = [Track(number, f"run {number}", tree) for number, tree in enumerate(runs, start=1)]
        self.trails = Trails(lambda: self.tracks)

    def trail(self, number: int = 1, until: int = 1 << 40) -> Trail:
        found = self.trails.of(number, until)
        assert found is not None
        return found

    def moments(self, number: int = 1, until: int = 1 << 40) -> list[int]:
        return [point.counters.presentations for point in self.trail(number, until).points]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.trails.close()


def test_at_first_there_is_what_the_history_keeps(desk: Desk) -> None:
    train(desk.tracks[0], 40, 40)
    assert desk.moments() == [0, 40, 80]
    assert desk.moments(until=40) == [0, 40]
    assert desk.trails.of(7, 10) is None


def test_at_rest_all_tracks_are_gone_again(desk: Desk) -> None:
    train(desk.tracks[0], 40, 40)
    train(desk.tracks[1], 80)
    told: list[bool] = []
    desk.trails.changed.connect(lambda: told.append(True))
    desk.trails.refine()
    desk.qtbot.waitUntil(lambda: len(told) == 2, timeout=10_000)
    assert desk.moments(1) == list(range(81))
    assert desk.moments(2) == list(range(81))
    assert desk.trail(1).points[-1].params.tobytes() != desk.trail(2).points[-1].params.tobytes()


def test_single_steps_need_no_second_time(desk: Desk) -> None:
    train(desk.tracks[0], 40)
    desk.trails.finish()
    train(desk.tracks[0], 1, 1, 1)
    told: list[bool] = []
    desk.trails.changed.connect(lambda: told.append(True))
    desk.trails.finish()
    assert told == []
    assert desk.moments() == list(range(44))
    train(desk.tracks[0], 30)
    desk.trails.finish()
    assert told == [True]
    assert desk.moments() == list(range(74))


def test_another_course_has_another_way(desk: Desk) -> None:
    train(desk.tracks[0], 40)
    desk.trails.finish()
    desk.tracks[0].tree.fork(10, WeightEdit.of(Address("weights[0]", (0, 0)), 4.0))
    train(desk.tracks[0], 5)
    desk.trails.finish()
    assert desk.moments() == [*range(11), *range(10, 16)]
    desk.tracks[0].tree.undo()
    assert 4.0 not in {float(point.params[0]) for point in desk.trail().points}


def test_training_gives_the_work_up_and_rest_takes_it_up_again(desk: Desk) -> None:
    train(desk.tracks[0], 3000)
    desk.trails.refine()
    desk.trails.pause()
    desk.trails.refine()
    desk.qtbot.waitUntil(lambda: len(desk.moments()) > 100, timeout=20_000)


def test_closing_waits_for_the_thread(desk: Desk) -> None:
    train(desk.tracks[0], 3000)
    desk.trails.refine()
    desk.trails.close()
    assert desk.moments() == [0, 3000]
