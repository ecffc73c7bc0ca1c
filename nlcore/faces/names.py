"""What a face image's file name says, and the lists that divide the 624 images into training and test sets.

A name is ``<userid>_<pose>_<expression>_<eyes>`` with an optional scale: nothing for 120 x 128 pixels, ``_2`` for
half, ``_4`` for a quarter. The lists are Mitchell's own, names only; their order is the order of presentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import assets

Pose = Literal["left", "straight", "right", "up"]
Expression = Literal["neutral", "happy", "sad", "angry"]
Eyes = Literal["open", "sunglasses"]
ListKind = Literal["all", "straightrnd", "straighteven"]
Part = Literal["train", "test1", "test2"]

POSES: Final[tuple[Pose, ...]] = get_args(Pose)
EXPRESSIONS: Final[tuple[Expression, ...]] = get_args(Expression)
EYES: Final[tuple[Eyes, ...]] = get_args(Eyes)
PARTS: Final[tuple[Part, ...]] = get_args(Part)

FULL_SHAPE: Final = (120, 128)
"""Rows and columns of a full-size image; the header of its file says 128 120."""
QUARTER_SHAPE: Final = (30, 32)

_NAME = re.compile(
    r"([a-z0-9]{1,16})_(left|straight|right|up)_(neutral|happy|sad|angry)_(open|sunglasses)(?:_([24]))?\.pgm"
)


@dataclass(frozen=True, slots=True, order=True)
class FaceName:
    """Who is in an image and how.

    Attributes
    ----------
    userid, pose, expression, eyes : str
        The four parts of the name; "left" is the person's own left.
    """

    userid: str
    pose: str
    expression: str
    eyes: str

    @property
    def stem(self) -> str:
        """The file's name without scale and ending."""
        return f"{self.userid}_{self.pose}_{self.expression}_{self.eyes}"


def parse(file_name: str) -> tuple[FaceName, int] | None:
    """Return what a bare file name says and its scale (1, 2 or 4), or None if it is not a face image's name.

    Parameters
    ----------
    file_name : str
        Without folders, for example ``"an2i_left_angry_open_4.pgm"``.
    """
    match = _NAME.fullmatch(file_name)
    if match is None:
        return None
    return FaceName(*match.group(1, 2, 3, 4)), int(match[5] or 1)


@cache
def face_list(kind: ListKind, part: Part) -> tuple[FaceName, ...]:
    """Return one of Mitchell's lists, in its order.

    Parameters
    ----------
    kind : str
        ``all``: every pose; ``straightrnd``: straight images, divided at random; ``straighteven``: straight
        images, each person's divided evenly.
    part : str
        ``train``, ``test1`` (used for validation) or ``test2``.
    """
    text = assets.path(f"data/faces/{kind}_{part}.list").read_text(encoding="ascii")
    parsed = [parse(line) for line in text.split()]
    return tuple(found[0] for found in parsed if found is not None)


@cache
def all_names() -> tuple[FaceName, ...]:
    """Return the 624 names, sorted."""
    return tuple(sorted(name for part in PARTS for name in face_list("all", part)))


@cache
def stems() -> frozenset[str]:
    """Return the stems of the 624 images."""
    return frozenset(name.stem for name in all_names())


@cache
def userids() -> tuple[str, ...]:
    """Return the 20 people, in alphabetical order."""
    return tuple(sorted({name.userid for name in all_names()}))
