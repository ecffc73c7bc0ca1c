"""A pane over the timeline of a run, as an animated GIF or as numbered PNG files.

Every picture is the pane at one moment, computed again from the run's history, so it is the same however the run was
watched. The work goes picture by picture: a window stays alive between two of them, and can give up.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

from app.figures import Stage, refuse_empty, save_image
from app.files import replacing
from app.frame import Frame, TrackFrame
from app.job import Job
from app.pane import Pane
from app.sentences import counters_sentence
from app.theme import LIGHT, Theme, rgb
from nlcore.errors import CancelledError, ExperimentError
from nlcore.history import History

MOST_FRAMES = 2000
MOST_PIXELS = 400_000_000
"""Of all pictures together; a GIF is put together in memory, a byte a pixel."""
SLOWEST, FASTEST = 0.1, 50.0
COLOURS = 256
SAMPLES = 8
"""So many pictures decide which colours a GIF has."""
MOST_WEIGHT = 64
WAIT_SECONDS = 0.01
LAST_SECONDS = 1.5
"""So long a GIF rests on its last picture before it begins again."""
Pixels = NDArray[np.uint8]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A run that is drawn beside another one: its number, which decides its colour, its name and its history."""

    number: int
    name: str
    history: History


def frame_at(
    history: History, presentations: int, name: str = "lesson", beside: Sequence[Beside] = (), number: int = 1
) -> Frame:
    """Return what panes draw at a moment of a run, with all curves and the cursor there; and of runs beside it."""
    found = []
    for run in (Beside(number, name, history), *beside):
        state = run.history.state_at(presentations)
        done = state.counters.presentations
        model, since = run.history.trainer_at(done).model, run.history.since(done)
        found.append(TrackFrame(run.name, model, state, run.history.curves, number=run.number, since=since))
    return Frame(tuple(found))


def write(
    history: History,
    moments: Sequence[int],
    pane_id: str,
    path: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    size: tuple[int, int] = (640, 480),
    per_second: float = 8.0,
    theme: Theme = LIGHT,
    like: Pane | None = None,
    has_caption: bool = True,
) -> Path:
    """Write an animation in one go; see `steps`.

    Parameters
    ----------
    progress, cancelled : callable, optional
        Told how many pictures are done, and of how many; asked before each whether to stop.

    Raises
    ------
    CancelledError
        If it was cancelled; nothing of it is kept.
    """
    work = steps(
        history, moments, pane_id, path,
        size=size, per_second=per_second, theme=theme, like=like, has_caption=has_caption,
    )  # fmt: skip
    told = None
    with contextlib.closing(work):
        for done, total in work:
            if progress is not None and told != done:
                progress(done, total)
            told = done
            if cancelled is not None and cancelled():
                raise CancelledError(f"{path.name}: the animation was cancelled; nothing of it was kept")
    return path


def steps(
    history: History,
    moments: Sequence[int],
    pane_id: str,
    path: Path,
    *,
    size: tuple[int, int] = (640, 480),
    per_second: float = 8.0,
    theme: Theme = LIGHT,
    like: Pane | None = None,
    has_caption: bool = True,
    lead: tuple[int, str] = (1, "lesson"),
    beside: Sequence[Beside] = (),
) -> Generator[tuple[int, int], None, None]:
    """Write an animation picture by picture; closing the generator gives it up, and nothing of it is kept.

    Parameters
    ----------
    history : History
        The run.
    moments : sequence of int
        Presentations, one for each picture; from 0 to the head.
    pane_id, theme, like
        See `Stage`.
    path : Path
        A file that ends with ".gif", or a new folder for numbered PNG files.
    size : tuple of int
        Width and height of the pictures in pixels.
    per_second : float
        Pictures a second, for a GIF; it counts in hundredths of a second.
    has_caption : bool
        Whether the three clocks stand below each picture.
    lead : tuple of (int, str)
        Number and name of the run.
    beside : sequence of Beside
        Other runs that are drawn with it.

    Yields
    ------
    tuple of (int, int)
        How many pictures are done, and of how many; some come more than once, while a thread works on a picture. The
        file is there after the last.

    Raises
    ------
    ExperimentError
        If moments, size, speed or the name are not possible.
    LabError
        If it cannot be written, or the pane has nothing to draw.
    """
    _check(history, moments, path, size, per_second)
    with Stage(pane_id, size, theme, like=like, has_caption=has_caption) as stage:
        pictures = _Pictures(stage, history, moments, has_caption, lead, tuple(beside))
        yield 0, len(moments)
        with replacing(path) as place:
            if path.suffix:
                yield from _write_gif(place, pictures, per_second, theme)
            else:
                yield from _write_folder(place, pictures)
    yield len(moments), len(moments)


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """The pictures of an animation, drawn when they are asked for."""

    stage: Stage
    history: History
    moments: Sequence[int]
    has_caption: bool
    lead: tuple[int, str]
    beside: tuple[Beside, ...]

    def __len__(self) -> int:
        return len(self.moments)

    def __getitem__(self, number: int) -> QImage:
        frame = frame_at(self.history, self.moments[number], self.lead[1], self.beside, self.lead[0])
        refuse_empty(self.stage.pane, frame)
        counters, length = frame.lead.state.counters, frame.lead.model.epoch_length
        self.stage.show_frame(frame, counters_sentence(counters, length) if self.has_caption else "")
        return self.stage.image()


class Palette:
    """The colours of a GIF: those of the theme exactly, and those that describe all pictures best.

    Nothing is dithered: surfaces stay smooth, and a picture that does not change does not flicker.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (n, 3)
        Of some of the pictures.
    theme : Theme
        Its colours are kept, whatever their share.
    """

    def __init__(self, pixels: Pixels, theme: Theme) -> None:
        colours, counts = np.unique(_packed(pixels), return_counts=True)
        kept = [theme.base, theme.text, theme.muted, theme.line, theme.low, theme.middle, theme.high, theme.accent]
        kept += [theme.good, theme.bad, *theme.curves.values()]
        exact = np.array([rgb(colour) for colour in kept], dtype=np.uint8)
        if len(colours) > COLOURS - len(exact):
            colours = np.unique(_packed(_chosen(_unpacked(colours), counts, COLOURS - len(exact))))
        self.colours = _unpacked(np.unique(np.append(_packed(exact), colours)))
        self._places: dict[int, int] = {}

    def places(self, pixels: Pixels) -> Pixels:
        """Return for each pixel, shape (rows, columns, 3), the place of the nearest colour, shape (rows, columns)."""
        packed, inverse = np.unique(_packed(pixels), return_inverse=True)
        new = np.array([colour for colour in packed.tolist() if colour not in self._places], dtype=np.uint32)
        for some in np.array_split(new, len(new) // 4096 + 1):
            far = _unpacked(some).astype(np.int32)[:, None, :] - self.colours.astype(np.int32)[None, :, :]
            nearest = np.argmin((far * far).sum(axis=2), axis=1)
            self._places.update(zip(some.tolist(), nearest.tolist(), strict=True))
        table = np.array([self._places[colour] for colour in packed.tolist()], dtype=np.uint8)
        return table[inverse].reshape(pixels.shape[:2])

    def image(self, pixels: Pixels) -> Image.Image:
        """Return a picture in these colours."""
        image = Image.fromarray(self.places(pixels))
        image.putpalette(self.colours.tobytes())
        return image


def most_pictures(size: tuple[int, int], suffix: str) -> int:
    """Return how many pictures of a size an animation may have, as one file or, without a suffix, as a folder."""
    return min(MOST_FRAMES, MOST_PIXELS // (size[0] * size[1])) if suffix else MOST_FRAMES


def _check(history: History, moments: Sequence[int], path: Path, size: tuple[int, int], per_second: float) -> None:
    head = history.head.counters.presentations
    if not moments:
        raise ExperimentError("moments: none are given; an animation needs one at least")
    outside = [moment for moment in moments if not 0 <= moment <= head]
    if outside:
        raise ExperimentError(
            f"moments: presentation {outside[0]} is not part of this run, which has {head}; train on, or end earlier"
        )
    if path.suffix.lower() not in (".gif", ""):
        raise ExperimentError(f"{path.name}: an animation ends with .gif, or is a folder for PNG files")
    if not path.suffix and path.exists():
        raise ExperimentError(f"{path}: exists already; choose the name of a new folder")
    if not SLOWEST <= per_second <= FASTEST:
        raise ExperimentError(f"speed: {per_second:g} pictures a second; choose {SLOWEST:g} to {FASTEST:g}")
    most = most_pictures(size, path.suffix)
    if len(moments) > most:
        raise ExperimentError(f"moments: {len(moments)} pictures of this size are too many; choose at most {most}")


def _write_folder(beside: Path, pictures: _Pictures) -> Generator[tuple[int, int], None, None]:
    """Write numbered PNG files; the folder goes away again if they are not finished."""
    total, is_done = len(pictures), False
    try:
        beside.mkdir()
        for number in range(total):
            path, picture = beside / f"{number:0{len(str(total - 1))}d}.png", pictures[number]
            yield from _apart(partial(save_image, path, picture), (number, total))
            if number < total - 1:
                yield number + 1, total
        is_done = True
    finally:
        if not is_done:
            shutil.rmtree(beside, ignore_errors=True)


def _write_gif(
    beside: Path, pictures: _Pictures, per_second: float, theme: Theme
) -> Generator[tuple[int, int], None, None]:
    """Find the colours, then put all pictures into one file."""
    total, samples = len(pictures), []
    for number in np.unique(np.linspace(0, total - 1, SAMPLES).round().astype(int)).tolist():
        samples.append(_pixels(pictures[number]).reshape(-1, 3))
        yield 0, total
    palette = yield from _apart(lambda: Palette(np.concatenate(samples), theme), (0, total))
    images = []
    for number in range(total):
        pixels = _pixels(pictures[number])
        images.append((yield from _apart(partial(palette.image, pixels), (number, total))))
        if number < total - 1:
            yield number + 1, total
    each = 10 * round(100 / per_second)
    durations = [each] * (total - 1) + [max(each, round(1000 * LAST_SECONDS))]

    def save() -> None:
        with beside.open("wb") as file:
            images[0].save(
                file, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0, optimize=False
            )

    yield from _apart(save, (total - 1, total))


def _apart(work: Callable[[], T], told: tuple[int, int]) -> Generator[tuple[int, int], None, T]:
    """Do what needs no window in a thread, and let the window live meanwhile."""
    job = Job(lambda _job: work(), "nllab-picture")
    try:
        while not job.is_done:
            job.wait(WAIT_SECONDS)
            if not job.is_done:
                yield told
    finally:
        job.wait()
    return job.result()


def _pixels(image: QImage) -> Pixels:
    """Return red, green and blue of a picture, shape (rows, columns, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(plain.constBits(), dtype=np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4)[:, :, :3].copy()


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    wide = pixels.astype(np.uint32)
    return (wide[..., 0] * 65536 + wide[..., 1] * 256 + wide[..., 2]).astype(np.uint32)


def _unpacked(colours: NDArray[np.uint32]) -> Pixels:
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=-1).astype(np.uint8)


def _chosen(colours: Pixels, counts: NDArray[np.intp], n: int) -> Pixels:
    """Return `n` colours that stand for all of these.

    An area counts more than the edge of a letter, but with the root of its size, so that rare colours are not lost.
    """
    weights = np.minimum(np.ceil(np.sqrt(counts)), MOST_WEIGHT).astype(np.intp)
    image = Image.fromarray(np.repeat(colours, weights, axis=0)[None, :, :])
    palette = image.quantize(n, Image.Quantize.MEDIANCUT).getpalette()
    return np.array(palette, dtype=np.uint8).reshape(-1, 3)[:n]
