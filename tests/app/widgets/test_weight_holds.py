"""Frozen and tied weights: what the settings become when one weight is held or let go."""

from __future__ import annotations

import pytest

from app.widgets.weight_holds import (
    Holds,
    address_of,
    is_in,
    letter_of,
    pattern_of,
    with_frozen,
    with_tied,
    without_tied,
)
from nlcore.families.feedforward import FeedforwardModel
from nlcore.network import Layout
from nlcore.records import Address
from nlcore.rules import Place
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def model_of(**changes: object) -> FeedforwardModel:
    model = Trainer(xor(**changes)).model
    assert isinstance(model, FeedforwardModel)
    return model


LAYOUT = model_of().layout
ALL = [LAYOUT.locate(index) for index in range(LAYOUT.n_params)]


def frozen_by(patterns: list[str], layout: Layout = LAYOUT) -> set[Place]:
    return {layout.locate(int(index)) for pattern in patterns for index in layout.places(pattern, "")}


def groups_by(groups: list[list[str]]) -> list[set[Place]]:
    holds = Holds.of(model_of(training__tied=groups))
    return sorted(({LAYOUT.locate(index) for index in group} for group in holds.groups), key=min)


@pytest.mark.parametrize("place", ALL)
def test_every_weight_has_a_name_that_means_it_alone(place: Place) -> None:
    assert LAYOUT.locate(LAYOUT.index(address_of(place))) == place
    assert frozen_by([pattern_of(place)]) == {place}
    assert is_in(LAYOUT, place)


def test_names() -> None:
    assert address_of((1, 0, -1)) == Address("biases[1]", (0,))
    assert pattern_of((0, 1, 0)) == "weights[0][1,0]"
    assert [letter_of(k) for k in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]
    for missing in ((2, 0, 0), (0, 2, 0), (0, 0, 2), (0, 0, -2), (-1, 0, 0), (0, -1, 0)):
        assert not is_in(LAYOUT, missing)


@pytest.mark.parametrize("patterns", [[], ["weights[0]"], ["weights[0][1,:]", "biases[1]"], ["weights[0][:,1]"]])
@pytest.mark.parametrize("place", ALL)
def test_freezing_and_letting_go_touches_one_weight_only(patterns: list[str], place: Place) -> None:
    before = frozen_by(patterns)
    assert frozen_by(with_frozen(patterns, LAYOUT, place, is_frozen=True)) == before | {place}
    assert frozen_by(with_frozen(patterns, LAYOUT, place, is_frozen=False)) == before - {place}


def test_large_blocks_stay_short() -> None:
    layout = Layout((960, 3, 4), LAYOUT.activations)
    patterns = with_frozen(["weights[0]"], layout, (0, 1, 500), is_frozen=False)
    assert frozen_by(patterns, layout) == frozen_by(["weights[0]"], layout) - {(0, 1, 500)}
    assert patterns[0] == "weights[0][0,:]"
    assert len(patterns) == 2 + 959


def test_tying_joins_groups_and_untying_leaves_the_rest() -> None:
    groups = with_tied([], LAYOUT, (0, 0, 0), (0, 1, 1))
    assert groups_by(groups) == [{(0, 0, 0), (0, 1, 1)}]
    groups = with_tied(groups, LAYOUT, (1, 0, 0), (1, 0, 1))
    assert groups_by(groups) == [{(0, 0, 0), (0, 1, 1)}, {(1, 0, 0), (1, 0, 1)}]
    groups = with_tied(groups, LAYOUT, (0, 1, 1), (1, 0, 0))
    assert groups_by(groups) == [{(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1)}]
    groups = without_tied(groups, LAYOUT, (1, 0, 1))
    assert groups_by(groups) == [{(0, 0, 0), (0, 1, 1), (1, 0, 0)}]
    groups = without_tied(without_tied(groups, LAYOUT, (1, 0, 0)), LAYOUT, (0, 0, 0))
    assert groups == []


def test_rows_that_are_tied_place_by_place_are_written_out_where_needed() -> None:
    groups = [["weights[0][0,:]", "weights[0][1,:]"], ["biases[0]"]]
    assert groups_by(groups) == [{(0, 0, -1), (0, 1, -1)}, {(0, 0, 0), (0, 1, 0)}, {(0, 0, 1), (0, 1, 1)}]
    assert groups_by(without_tied(groups, LAYOUT, (0, 0, 1))) == [{(0, 0, -1), (0, 1, -1)}, {(0, 0, 0), (0, 1, 0)}]
    assert ["biases[0]"] in without_tied(groups, LAYOUT, (0, 0, 1))
    joined = with_tied(groups, LAYOUT, (0, 0, 1), (1, 0, 0))
    assert {(0, 0, 1), (0, 1, 1), (1, 0, 0)} in groups_by(joined)


def test_what_a_model_holds() -> None:
    assert Holds.of(model_of()).is_empty
    model = model_of(training__frozen=["biases[1]"], training__tied=[["weights[0][0,0]", "weights[0][1,1]"]])
    holds = Holds.of(model)
    assert holds.is_frozen((1, 0, -1))
    assert not holds.is_frozen((0, 0, -1))
    assert [holds.letter(place) for place in ((0, 0, 0), (0, 1, 1), (0, 1, 0))] == ["A", "A", ""]
    assert holds.tied_with((0, 0, 0)) == ((0, 1, 1),)
    assert holds.tied_with((0, 1, 0)) == ()
