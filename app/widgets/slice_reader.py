"""Reads the error surface where somebody points, with the mouse or with the arrow keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from app.frame import Frame
from app.widgets.loss_map import LossMap
from app.widgets.numbers import number
from app.widgets.readout import Readout
from app.widgets.slice_texts import place_text, point_text
from app.widgets.slice_view import Sight
from nlcore.error_slices import Slice

STEPS = 50
"""Steps of an arrow key across the picture."""


class SliceReader(QObject):
    """Writes what is under the pointer.

    Parameters
    ----------
    shown : LossMap
        What is pointed at.
    readout : Readout
        Where it is written.
    """

    def __init__(self, shown: LossMap, readout: Readout) -> None:
        super().__init__(shown)
        self._map, self._readout = shown, readout
        self._frame: Frame | None = None
        self._sight: Sight | None = None
        self._slice: Slice | None = None
        self._otherwise, self._hint = "", ""
        self._pointed: tuple[float, float] | None = None
        shown.pointed.connect(self.point_at)
        shown.left.connect(self.leave)
        shown.stepped.connect(self._step)

    def take(self, frame: Frame, sight: Sight, found: Slice | None, otherwise: str, hint: str) -> None:
        """Take what is shown.

        Parameters
        ----------
        frame, sight, found : Frame, Sight, Slice or None
            What is shown.
        otherwise : str
            Written while nobody points.
        hint : str
            What a click does; takes the place of `otherwise`, and comes after all else.
        """
        self._frame, self._sight, self._slice = frame, sight, found
        self._otherwise, self._hint = otherwise, hint
        self._say()

    def forget(self) -> None:
        """Take note that nothing is shown."""
        self._frame = self._sight = self._slice = None
        self._readout.show_text("")

    def point_at(self, u: float, v: float) -> None:
        """Read a place."""
        self._pointed = (u, v)
        self._map.show_cross(None)
        self._say()

    def leave(self) -> None:
        """Read no place any more."""
        self._pointed = None
        self._map.show_cross(None)
        self._say()

    def _step(self, right: int, up: int) -> None:
        """Move with the arrow keys."""
        (u0, u1), (v0, v1) = self._map.box.viewRange()
        u, v = self._pointed or ((u0 + u1) / 2, (v0 + v1) / 2)
        u = min(max(u + right * (u1 - u0) / STEPS, u0), u1)
        v = min(max(v + up * (v1 - v0) / STEPS, v0), v1)
        self._pointed = (u, v)
        self._map.show_cross(self._pointed)
        self._say()

    def _say(self) -> None:
        if self._frame is None or self._sight is None:
            return
        self._map.show_near(None)
        if self._pointed is None:
            self._readout.show_text(self._hint or self._otherwise)
            return
        said = self._at_pointer(self._frame, self._sight, *self._pointed)
        self._readout.show_text(" ".join(part for part in (said, self._hint) if part))

    def _at_pointer(self, frame: Frame, sight: Sight, u: float, v: float) -> str:
        near = self._map.point_at(u, v)
        if near is not None:
            way, k = near
            self._map.show_near(way.at[k])
            model = next((track.model for track in frame.tracks if track.number == way.number), frame.lead.model)
            return point_text(model, way, k, sight.names, self._slice, has_name=len(frame.tracks) > 1) + "."
        loss = self._slice.at(u, v) if self._slice is not None else float("nan")
        said = place_text(sight.names, (u, v))
        return f"{said}: loss {number(loss)}." if np.isfinite(loss) else f"{said}: the loss is not known here."
