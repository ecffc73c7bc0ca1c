"""Drawn heads in place of the face images: the same 624 names, the same sizes, about as hard to tell apart.

Twenty invented people look left, straight, right and up, in four moods, with and without sunglasses. Everything follows
from a seed: how each person looks from a fixed one, and each picture's scene (place, size, tilt, light, noise) from the
data set's. No label is ever wrong; what makes the task hard is that people do not sit still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlcore import random
from nlcore.faces import drawing, kept, names, people
from nlcore.faces.people import Person, Scene, draw, room
from nlcore.faces.sources import reduce_by_4
from nlcore.records import FloatArray, read_only

Pixels = Mapping[str, FloatArray]
SEED: Final = 2
"""Seed of the scenes unless another is asked for."""
PEOPLE_SEED: Final = 1994
BRIGHTEST: Final = 153
"""Largest grey value, as in the CMU images."""
_watch: ContextVar[Callable[[int, int], None] | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Callable[[int, int], None]) -> Iterator[None]:
    """Have a function told how many heads are drawn, in this thread and within this block; it may raise to stop.

    It is no argument, because heads are drawn once and then remembered, whoever watched.
    """
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def full_size(name: str, seed: int = SEED) -> NDArray[np.uint8]:
    """Return one drawn head, shape (120, 128), read-only.

    Parameters
    ----------
    name : str
        Stem of one of the 624 names, for example ``"an2i_left_angry_open"``.
    seed : int
        Seed of the scenes.

    Raises
    ------
    KeyError
        If there is no such name.
    """
    index = {each.stem: i for i, each in enumerate(names.all_names())}[name]
    return _picture(names.all_names()[index], index, seed)


@lru_cache(maxsize=2)
def all_full_size(seed: int = SEED) -> Mapping[str, NDArray[np.uint8]]:
    """Return all 624 drawn heads by name, each of shape (120, 128) and read-only."""
    watch, everyone = _watch.get(), names.all_names()
    drawn = {}
    for i, name in enumerate(everyone):
        drawn[name.stem] = _picture(name, i, seed)
        if watch is not None:
            watch(i + 1, len(everyone))
    return drawn


@lru_cache(maxsize=4)
def quarter_size(seed: int = SEED) -> Pixels:
    """Return all 624 drawn heads at 30 x 32 pixels: means of 4 x 4 pixels, rounded to whole grey values."""
    stems = [name.stem for name in names.all_names()]
    sources = (__file__, people.__file__, drawing.__file__)
    small = kept.load_or_make(f"heads-{seed}", sources, (len(stems), 30, 32), lambda: _reduced(seed))
    return dict(zip(stems, (read_only(image) for image in small.astype(np.float64)), strict=True))


def _reduced(seed: int) -> NDArray[np.uint8]:
    return np.rint(reduce_by_4(np.array(list(all_full_size(seed).values())))).astype(np.uint8)


@cache
def _person(userid: str) -> Person:
    return Person.of(random.key(random.SCENE, PEOPLE_SEED, names.userids().index(userid)))


@cache
def _room() -> NDArray[np.float32]:
    return room(random.key(random.SCENE, PEOPLE_SEED, 1000))


def _picture(name: names.FaceName, index: int, seed: int) -> NDArray[np.uint8]:
    stream = random.key(random.SCENE, seed, index)
    scene = Scene.of(stream, name, _person(name.userid))
    brightness = draw(_person(name.userid), scene, name, _room())
    noise = np.float32(scene.noise) * _grain(random.mix(stream), brightness.size).reshape(brightness.shape)
    picture = np.clip(np.rint(brightness * np.float32(255.0) + noise), 0, BRIGHTEST).astype(np.uint8)
    picture.setflags(write=False)
    return picture


def _grain(stream: int, n: int) -> NDArray[np.float32]:
    """Return bell-shaped noise of mean 0 and standard deviation 1: sums of four uniform numbers of 16 bits."""
    parts = random.bits_array(stream, n).view(np.uint16).reshape(n, 4).astype(np.float32)
    sums = parts[:, 0] + parts[:, 1] + parts[:, 2] + parts[:, 3]
    return (sums * np.float32(2.0**-16) - np.float32(2.0)) * np.float32(3.0**0.5)
