"""File names and Mitchell's lists."""

from __future__ import annotations

from collections import Counter

import pytest

from nlcore.faces import names


def test_a_name_is_taken_apart() -> None:
    assert names.parse("an2i_left_angry_open_4.pgm") == (names.FaceName("an2i", "left", "angry", "open"), 4)
    assert names.parse("at33_up_sad_sunglasses.pgm") == (names.FaceName("at33", "up", "sad", "sunglasses"), 1)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "choon_left_angry_sunglasses.bad",
        "an2i_left_angry_open_4.pgm.gz",
        "an2i_left_angry_open_4.pgm\n",
        "an2i_left_angry_open_3.pgm",
        "an2i_down_angry_open.pgm",
        "a/an2i_left_angry_open.pgm",
        "_left_angry_open.pgm",
    ],
)
def test_other_names_are_not_taken(name: str) -> None:
    assert names.parse(name) is None


@pytest.mark.parametrize(
    ("kind", "sizes"), [("all", (277, 139, 208)), ("straightrnd", (70, 34, 52)), ("straighteven", (80, 36, 40))]
)
def test_the_lists_are_whole_and_disjoint(kind: names.ListKind, sizes: tuple[int, int, int]) -> None:
    parts = [names.face_list(kind, part) for part in names.PARTS]
    assert tuple(map(len, parts)) == sizes
    assert len(set().union(*parts)) == sum(sizes)
    if kind != "all":
        assert {name.pose for part in parts for name in part} == {"straight"}


def test_the_624_names() -> None:
    every = names.all_names()
    assert len(set(every)) == 624
    assert list(every) == sorted(every)
    assert Counter(name.pose for name in every) == {"straight": 156, "left": 157, "right": 155, "up": 156}
    assert Counter(name.eyes for name in every) == {"open": 313, "sunglasses": 311}
    assert len(names.userids()) == 20
    assert min(Counter(name.userid for name in every).values()) == 28


def test_the_order_of_the_lists_is_kept() -> None:
    assert [name.stem for name in names.face_list("all", "train")[:3]] == [
        "kawamura_straight_happy_open",
        "phoebe_up_sad_open",
        "saavik_left_sad_sunglasses",
    ]
    assert names.face_list("straighteven", "test2")[0].stem == "an2i_straight_happy_open"
