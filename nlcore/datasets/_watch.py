"""Watching long loads: how a data set tells how far it is, and learns that it shall stop."""

from __future__ import annotations

from collections.abc import Callable

from nlcore.errors import CancelledError

Progress = Callable[[int, int | None], None]
"""Told how much is done, and of how much if that is known."""
Cancelled = Callable[[], bool]
"""Asked whether to stop."""
Watch = Callable[[int, int | None], None]
"""Called by a loader after each piece of its work; raises to stop it."""


def watching(what: str, progress: Progress | None, cancelled: Cancelled | None) -> Watch:
    """Join the two into one function that passes progress on and raises `CancelledError` when it shall stop.

    Parameters
    ----------
    what : str
        What is being done, for the message: "reading t.csv".
    progress, cancelled : callable or None
        From whoever started the load.
    """

    def watch(done: int, total: int | None) -> None:
        if progress is not None:
            progress(done, total)
        if cancelled is not None and cancelled():
            raise CancelledError(f"{what} was cancelled; nothing was kept")

    return watch
