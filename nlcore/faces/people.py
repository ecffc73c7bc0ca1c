"""The drawn people: what they look like, how they sit in a scene, and how a head is put together from ellipsoids.

Lengths are in units of half a head's height, in the head's own directions: x to its left, y up, z forward.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nlcore import random
from nlcore.faces.drawing import Body, Canvas, Image, Matrix, Paint, Spots, blob, rotation, step
from nlcore.faces.names import FULL_SHAPE, FaceName

EYE = (0.29, 0.05)
MARGIN = 16
"""Pixels by which the room is larger than a picture on each side."""


class _Draws:
    """Random numbers one after another from one stream."""

    def __init__(self, stream: int) -> None:
        self._stream = stream
        self._count = 0

    def between(self, low: float, high: float) -> float:
        """Return the next number, uniform in [low, high)."""
        bits = random.bits_at(self._stream, self._count)
        self._count += 1
        return low + (high - low) * (bits >> 11) * 2.0**-53

    def about(self, mean: float, sd: float) -> float:
        """Return the next number, bell-shaped around a mean (the sum of four uniform ones), never far out."""
        return mean + sd * math.sqrt(3.0) * sum(self.between(-1.0, 1.0) for _ in range(4)) / 2.0

    def chance(self, share: float) -> bool:
        """Return True in the given share of cases."""
        return self.between(0.0, 1.0) < share


@dataclass(frozen=True, slots=True)
class Person:
    """What stays the same in all pictures of one person; brightness is 0..1, lengths are relative."""

    size: float
    width: float
    jaw: float
    nose: float
    skin: float
    hair: float
    hairline: float
    volume: float
    long_hair: bool
    fringe: float
    beard: float
    brows: float
    cloth: float
    pattern: int
    cloth_2: float
    shoulders: float
    column: float
    row: float
    room_shift: float

    @classmethod
    def of(cls, stream: int) -> Person:
        """Draw a person's looks from a stream of random numbers."""
        d = _Draws(stream)
        long_hair = d.chance(0.3)
        return cls(
            size=d.about(28.5, 0.9),
            width=d.about(1.0, 0.06),
            jaw=d.about(1.0, 0.08),
            nose=d.between(0.8, 1.25),
            skin=d.between(0.43, 0.54),
            hair=d.between(0.015, 0.07) if d.chance(0.75) else d.between(0.1, 0.3),
            hairline=d.about(0.0, 0.08),
            volume=d.between(0.97, 1.12),
            long_hair=long_hair,
            fringe=d.between(0.0, 0.2),
            beard=0.0 if long_hair or d.chance(0.7) else d.between(0.4, 0.9),
            brows=d.between(0.5, 1.0),
            cloth=d.between(0.03, 0.3) if d.chance(0.75) else d.between(0.3, 0.5),
            pattern=int(d.between(0.0, 4.0)),
            cloth_2=d.between(0.05, 0.45),
            shoulders=d.between(0.9, 1.15),
            column=d.about(64.0, 3.4),
            row=d.about(53.0, 1.6),
            room_shift=d.between(-10.0, 10.0),
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """What differs from picture to picture: angles in degrees, places in pixels, brightness as a factor."""

    yaw: float
    pitch: float
    roll: float
    column: float
    row: float
    size: float
    light: tuple[float, float]
    exposure: float
    background: float
    room_column: float
    room_row: float
    noise: float
    mood: float

    @classmethod
    def of(cls, stream: int, name: FaceName, person: Person) -> Scene:
        """Draw the scene of one picture."""
        d = _Draws(stream)
        side = {"left": 1.0, "right": -1.0}.get(name.pose, 0.0)
        yaw = d.about(side * 52.0, 8.0 if side else 4.5)
        up = name.pose == "up"
        return cls(
            yaw=yaw,
            pitch=d.about(38.0 if up else 0.0, 7.0 if up else 3.5),
            roll=d.about(0.0, 3.0),
            column=person.column + d.about(0.0, 1.3),
            row=person.row + d.about(0.0, 1.0),
            size=person.size * d.about(1.0, 0.03),
            light=(d.about(0.1, 0.08), d.about(0.3, 0.06)),
            exposure=d.about(1.0, 0.05),
            background=d.about(1.0, 0.1),
            room_column=person.room_shift + d.between(-4.0, 4.0),
            room_row=d.between(-6.0, 6.0),
            noise=d.between(0.8, 2.0),
            mood=d.between(0.7, 1.2),
        )


def room(stream: int) -> Image:
    """Return the wall behind everybody: a pin-board, a screen, boxes; larger than a picture by a margin."""
    d = _Draws(stream)
    rows, columns = FULL_SHAPE[0] + 2 * MARGIN, FULL_SHAPE[1] + 2 * MARGIN
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    wall: Image = np.float32(0.115) + np.float32(0.025) * np.sin(x / 60.0) - np.float32(0.0004) * y

    def sheet(left: float, top: float, wide: float, high: float, tone: float) -> None:
        inside = step(wide / 2 - abs(x - left - wide / 2), 1.0) * step(high / 2 - abs(y - top - high / 2), 1.0)
        wall[...] += inside * (np.float32(tone) - wall)

    sheet(14.0, 14.0, 62.0, 76.0, 0.07)
    for i in range(5):
        for j in range(6):
            tone = d.between(0.1, 0.26)
            sheet(
                17 + 12 * i + d.between(-1, 1), 17 + 12 * j + d.between(-1, 1), d.between(6, 9), d.between(7, 10), tone
            )
    for _ in range(7):
        sheet(d.between(95, 140), d.between(80, 120), d.between(8, 22), d.between(10, 30), d.between(0.01, 0.2))
    sheet(4.0, 98.0, 34.0, 30.0, 0.03)
    return wall.astype(np.float32)


def draw(person: Person, scene: Scene, name: FaceName, wall: Image) -> Image:
    """Return a picture of a person in a scene, brightness 0..1, shape (120, 128)."""
    top, left = MARGIN + round(scene.room_row), MARGIN + round(scene.room_column)
    canvas = Canvas(wall[top : top + FULL_SHAPE[0], left : left + FULL_SHAPE[1]] * np.float32(scene.background))
    light = np.array([scene.light[0], scene.light[1], 1.0])
    light /= np.linalg.norm(light)
    trunk = Body(scene.column, scene.row, scene.size, rotation(0.3 * scene.yaw, 0.0, 0.3 * scene.roll), light)
    _trunk(canvas, trunk, person)
    if person.long_hair:  # it hangs down however far the head is raised
        hanging = _on_neck(trunk, rotation(scene.yaw, 0.15 * scene.pitch, 0.5 * scene.roll))
        axes = (0.78 * person.width * person.volume, 1.15, 0.52)
        canvas.ellipsoid(hanging, (0.0, -0.35, -0.42), axes, _hair(person, cut=False))
    _head(canvas, _on_neck(trunk, rotation(scene.yaw, scene.pitch, scene.roll)), person, scene, name)
    return canvas.picture * np.float32(scene.exposure)


def _on_neck(trunk: Body, turn: Matrix) -> Body:
    """Return a head that is turned about the top of the neck, not about its own middle."""
    neck = np.array([0.0, -0.55, -0.25])
    shift = trunk.size * (neck - turn @ neck)
    return Body(trunk.column + float(shift[0]), trunk.row - float(shift[1]), trunk.size, turn, trunk.light)


def _lit(tone: float, shadow: float = 0.25) -> Paint:
    """Return the paint of a plain surface."""

    def paint(spots: Spots) -> tuple[Image, Image | None]:
        return np.float32(tone) * (np.float32(shadow) + np.float32(1.0 - shadow) * spots.light), None

    return paint


def _trunk(canvas: Canvas, body: Body, person: Person) -> None:
    def cloth(spots: Spots) -> tuple[Image, Image | None]:
        tone = np.full_like(spots.x, person.cloth)
        across, down = spots.x * np.float32(9.0), spots.y * np.float32(9.0)
        if person.pattern == 1:
            tone = tone + np.float32(person.cloth_2 - person.cloth) * (np.sin(across) * np.sin(down) > 0)
        elif person.pattern == 2:
            tone = tone + np.float32(person.cloth_2 - person.cloth) * (np.sin(down) > 0.2)
        elif person.pattern == 3:
            collar = step(abs(spots.x) * np.float32(1.3) - spots.y - np.float32(1.75), 0.08)
            tone = tone + np.float32(0.45 - person.cloth) * (1.0 - collar) * (spots.z > 0)
        return tone * (np.float32(0.3) + np.float32(0.7) * spots.light), None

    wide = person.shoulders
    canvas.ellipsoid(body, (0.0, -2.35, -0.3), (1.8 * wide, 1.0, 0.75), cloth)
    canvas.ellipsoid(body, (0.0, -1.5, -0.35), (0.66 * wide, 0.35, 0.45), cloth)
    canvas.ellipsoid(body, (0.0, -0.95, -0.25), (0.37 * person.width, 0.75, 0.4), _lit(person.skin * 0.75))


def _head(canvas: Canvas, head: Body, person: Person, scene: Scene, name: FaceName) -> None:
    wide, jaw, volume = person.width, person.jaw, person.volume
    face = _face(person, scene, name)
    canvas.ellipsoid(head, (0.0, 0.25, -0.1), (0.7 * wide, 0.74, 0.85), face)
    canvas.ellipsoid(head, (0.0, -0.3, 0.16), (0.54 * wide * jaw, 0.72, 0.6), face)
    for side in (-1.0, 1.0):
        canvas.ellipsoid(head, (side * 0.7 * wide, -0.02, -0.12), (0.08, 0.2, 0.14), _lit(person.skin * 0.85))
    canvas.ellipsoid(
        head, (0.0, 0.34, -0.17), (0.77 * wide * volume, 0.76 * volume, 0.87 * volume), _hair(person, cut=True)
    )
    canvas.ellipsoid(head, (0.0, 0.0, 0.68), (0.075, 0.28, 0.12 * person.nose), _lit(person.skin, 0.3))
    canvas.ellipsoid(head, (0.0, -0.17, 0.74), (0.1, 0.1, 0.16 * person.nose), _lit(person.skin, 0.3))
    if name.eyes == "sunglasses":
        _sunglasses(canvas, head, wide)


def _sunglasses(canvas: Canvas, head: Body, wide: float) -> None:
    for side in (-1.0, 1.0):
        canvas.ellipsoid(head, (side * 0.3 * wide, 0.04, 0.7), (0.29, 0.22, 0.13), _lit(0.02, 0.6))
        canvas.ellipsoid(head, (side * 0.66 * wide, 0.1, 0.25), (0.05, 0.045, 0.5), _lit(0.02, 0.6))
    canvas.ellipsoid(head, (0.0, 0.1, 0.82), (0.16, 0.04, 0.08), _lit(0.02, 0.6))


def _hair(person: Person, *, cut: bool) -> Paint:
    def paint(spots: Spots) -> tuple[Image, Image | None]:
        strands = np.sin(spots.x * np.float32(17.0) + np.float32(5.0) * spots.z) * np.float32(0.18)
        gloss = np.float32(0.35) + np.float32(0.65) * spots.light
        tone = np.float32(person.hair) * gloss * (np.float32(1.0) + strands)
        if not cut:
            return tone, None
        # everything above a plane that falls from the forehead to the nape; a fringe hangs down at the front
        edge = spots.y - np.float32(0.8) * spots.z + np.float32(0.02 - person.hairline)
        drop = np.float32(person.fringe) * (spots.z > 0.4) + np.float32(0.03) * np.sin(spots.x * np.float32(14.0))
        return tone, step(edge + drop, 0.08)

    return paint


def _moods(expression: str, strength: float) -> tuple[float, float, float, float]:
    """Return the slope of the brows, the mouth's curve, its half width and its half height."""
    slope, curve, width, height = {
        "neutral": (0.0, 0.0, 0.21, 0.028),
        "happy": (0.05, 0.75, 0.27, 0.05),
        "sad": (-0.4, -0.7, 0.19, 0.03),
        "angry": (0.5, -0.15, 0.17, 0.05),
    }[expression]
    return slope * strength, curve * strength, width, height


def _face(person: Person, scene: Scene, name: FaceName) -> Paint:
    slope, curve, width, height = _moods(name.expression, scene.mood)

    def masks(spots: Spots) -> Iterator[tuple[float, Image]]:
        """Yield (tone, mask) in the order of painting."""
        x, y = spots.x, spots.y
        front = step(spots.z - np.float32(0.15), 0.1)
        aside = abs(x) - np.float32(EYE[0])
        yield 0.72, blob(aside, y, (0.0, EYE[1] + 0.04), (0.2, 0.17), 0.6) * front
        yield 1.12, blob(aside, y, (0.0, EYE[1]), (0.12, 0.05)) * front
        yield 0.1, blob(aside, y, (0.0, EYE[1] + 0.005), (0.055, 0.055)) * front
        brow = y - np.float32(slope) * aside
        yield 1.0 - 0.85 * person.brows, blob(aside, brow, (0.0, EYE[1] + 0.16), (0.16, 0.035)) * front
        yield 0.55, blob(abs(x), y, (0.07, -0.32), (0.05, 0.03)) * front
        if person.beard:
            cheeks = np.float32(-0.16) - y - np.float32(0.5) * spots.z
            chin = step(cheeks, 0.3) * step(spots.z + np.float32(0.1), 0.2)
            yield 0.25, chin * np.float32(person.beard)
            yield 0.25, blob(x, y, (0.0, -0.43), (0.25, 0.06)) * front * np.float32(person.beard)
        bent = y - np.float32(curve) * x * x
        yield 0.35, blob(x, bent, (0.0, -0.56), (width, height + 0.02)) * front
        if name.expression == "happy":
            yield 1.15, blob(x, bent, (0.0, -0.555), (width - 0.05, 0.025)) * front

    def paint(spots: Spots) -> tuple[Image, Image | None]:
        tone = np.ones_like(spots.light)
        for value, mask in masks(spots):
            tone += mask * (np.float32(value) - tone)
        return np.float32(person.skin) * tone * (np.float32(0.2) + np.float32(0.8) * spots.light), None

    return paint
