"""The text part of a session file: which tables `session.toml` has, and their way from and to plain values.

Large things (states, curves, examples) are arrays beside it; here stand names, settings, and numbers that point to
them.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta

from nlcore.errors import ExperimentError, SessionFileError
from nlcore.experiment import Experiment, Record, convert
from nlcore.storage_data import StoredData
from nlcore.storage_zip import damaged, told

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FORMAT: Final = 1
Count = Annotated[int, Meta(ge=0, le=2**53)]
NOTHING: Final = {"nothing": True}
"""Stands for a value that is not there: TOML has no sign for it."""
MOST_TRACKS: Final = 8
MOST_ASIDES: Final = 64

migrations: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""Format number to a function that turns the text part of such a file into that of the next format."""


class Fingerprint(Record, frozen=True):
    """What decides whether replay gives the same bits: where a session was saved, and with what."""

    system: str
    processor: str
    python: str
    numpy: str
    numba: str

    def __str__(self) -> str:
        """Say it in a few words."""
        compiler = f"numba {self.numba}" if self.numba else "no numba"
        return f"{self.system}, {self.processor}, Python {self.python}, numpy {self.numpy}, {compiler}"


class StoredTrack(Record, frozen=True):
    """A track: its name, the number of the run it shows, why it ended and how long that took, if this is known."""

    name: str
    current: Count
    reason: Literal["stop_rule", "limit", "diverged", "cancelled", "errored", "nothing_to_train"] | None = None
    seconds: float | None = None


class StoredAside(Record, frozen=True):
    """A tree of runs that a track showed earlier, or will show again; its runs follow those of all tracks.

    Attributes
    ----------
    of : int
        Which track.
    current : int
        The run of the tree that it shows.
    is_later : bool
        Whether redo leads there; else undo.
    presentations : int
        Where its cursor was.
    occasion : int
        The same for trees that all tracks left together.
    """

    of: Count
    current: Count
    is_later: bool = False
    presentations: Count = 0
    occasion: Count = 0


class StoredRun(Record, frozen=True):
    """A run of a track's tree; what is a number points into the lists of the file, or counts runs of the tree.

    Attributes
    ----------
    track, experiment, data, interventions, start, head, cursor : int
        Places in the file's lists: of tracks, experiments, data sets, interventions, states.
    number, parent, left : int
        Runs of the same tree, see `nlcore.run_tree.Node`.
    columns : tuple of str
        What is measured, for example "training.loss".
    """

    track: Count
    number: Count
    at: Count
    label: str
    experiment: Count
    kernel: Literal["strict", "vectorized"]
    start: Count
    head: Count
    cursor: Count
    spacing: Annotated[int, Meta(ge=1, le=2**60)]
    columns: tuple[str, ...]
    interventions: tuple[Count, ...] = ()
    data: Count | None = None
    parent: Count | None = None
    left: Count | None = None


class FileText(Record, frozen=True):
    """All of `session.toml`."""

    format: Annotated[int, Meta(ge=1)]
    program: str
    fingerprint: Fingerprint
    tracks: Annotated[tuple[StoredTrack, ...], Meta(min_length=1, max_length=MOST_TRACKS)]
    runs: Annotated[tuple[StoredRun, ...], Meta(min_length=1)]
    experiments: Annotated[tuple[Experiment, ...], Meta(min_length=1)]
    state_names: Annotated[tuple[str, ...], Meta(max_length=64)]
    state_kinds: Annotated[tuple[Literal["<f8", "<i8"], ...], Meta(max_length=1024)]
    asides: Annotated[tuple[StoredAside, ...], Meta(max_length=MOST_ASIDES)] = ()
    shown: Count = 0
    lesson: str | None = None
    data: tuple[StoredData, ...] = ()
    interventions: tuple[Any, ...] = ()
    window: dict[str, Any] = msgspec.field(default_factory=dict)


def fingerprint() -> Fingerprint:
    """Return what this machine and program are."""
    system = f"{platform.system()} {platform.machine()} {_c_library()}".rstrip()
    return Fingerprint(
        system=system,
        processor=_processor(),
        python=platform.python_version(),
        numpy=np.__version__,
        numba=_version("numba"),
    )


def program_version() -> str:
    """Return the installed version of the program; empty if it is not installed."""
    return _version("neural-learning-lab")


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _c_library() -> str:
    """Return name and version of the library whose exp and log are used, where the system tells."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "") if hasattr(os, "confstr") else ""
    except (ValueError, OSError):
        return ""


def _processor() -> str:
    """Return the model of the processor as far as the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def parse(where: str, text: str) -> FileText:
    """Return the tables of a text, brought up to the newest format and checked.

    Raises
    ------
    SessionFileError
        If it is newer than this program, or not what it should be.
    """
    with told(where):
        tree: dict[str, Any] = tomllib.loads(text)
    number = tree.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise damaged(where, "it does not say its format")
    if number > FORMAT:
        program = tree.get("program")
        by = f" {program[:40]}" if isinstance(program, str) and program[:40].isprintable() else ""
        raise SessionFileError(
            f"{where}: was saved by a newer version of the program{by} (its format is {number}, this program reads "
            f"up to {FORMAT}); install the newer version to open it"
        )
    for older in range(number, FORMAT):
        tree = migrations[older](tree)
    with told(where):
        try:
            return convert(with_nothing(tree), FileText)
        except ExperimentError as error:
            raise damaged(where, str(error)) from None


def plain(record: Record) -> dict[str, Any]:
    """Return a record as a table, without the fields that hold None."""
    built: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in built.items() if value is not None}


def without_nothing(value: Any) -> Any:
    """Return plain values with a sign in place of None, so that they can be written as TOML."""
    if value is None:
        return dict(NOTHING)
    if isinstance(value, Mapping):
        return {str(name): without_nothing(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nothing(inner) for inner in value]
    return value


def with_nothing(value: Any) -> Any:
    """Return plain values with None in place of the sign for it."""
    if isinstance(value, Mapping):
        if value == NOTHING and value["nothing"] is True:
            return None
        return {name: with_nothing(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_nothing(inner) for inner in value]
    return value
