"""Frames: what of an instant belongs to one track, and which track changes act on."""

from __future__ import annotations

from app.frame import EVERYTHING, Frame, TrackFrame
from nlcore.history import History
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def track(name: str) -> TrackFrame:
    history = History(Trainer(xor()))
    return TrackFrame(name, history.trainer.model, history.start, history.curves)


def test_changes_act_on_the_first_track_only() -> None:
    frame = Frame((track("a"), track("b")), phase=3)
    assert frame.is_of_lead
    assert [frame.of_track(k).is_of_lead for k in range(2)] == [True, False]
    other = frame.of_track(1)
    assert other.lead.name == "b"
    assert other.phase == 3
    assert not other.of_track(0).is_of_lead


def test_at_first_everything_is_new() -> None:
    frame = Frame((track("a"),))
    assert frame.changed == EVERYTHING
    assert frame.with_changes(frozenset({"phase"})).changed == EVERYTHING | {"phase"}
