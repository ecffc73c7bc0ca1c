"""Downloading the CMU face images, on the person's wish only, into the cache of this program.

What arrives is kept only if its pixels are right: there is a digest for each image size, so that an archive may be
packed anew. A broken or cancelled transfer leaves nothing behind.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from nlcore.errors import CancelledError, DataError
from nlcore.faces import places, sources
from nlcore.faces.archives import MAX_ARCHIVE, is_archive

URL: Final = "https://archive.ics.uci.edu/static/public/124/cmu+face+images.zip"
DIGESTS: Final[dict[sources.Size, str]] = {
    "quarter": "c07ee149275d1fc78bb631f6482b8fdeb2c571b9d0a75fb4ab7ec5e67c6aa9b5",
    "full": "5e216cc03d1096ad09db368e6f97d9c3fb842c0b739e9f5f1d972609251d8bbe",
}
"""SHA-256 of the pixels of the 624 images in sorted order of their names."""
TIMEOUT: Final = (10.0, 20.0)
"""Seconds to wait for a connection, and for the next bytes."""
CHUNK: Final = 1 << 16

Progress = Callable[[int, "int | None"], None]


class _Meter:
    """A progress bar to the downloader: it reports, and stops a transfer that was cancelled or grew too large."""

    def __init__(self, progress: Progress, cancelled: Callable[[], bool], url: str) -> None:
        self.total = 0
        self._progress = progress
        self._cancelled = cancelled
        self._url = url
        self._done = 0
        self._finished = False

    def update(self, n: int) -> None:
        """Count bytes that have arrived."""
        stop_if(self._cancelled)
        if self._finished:
            return
        self._done += n
        if self._done > MAX_ARCHIVE + CHUNK:
            raise DataError(f"{self._url} sends more than the archive of the face images can hold; nothing was kept")
        self._progress(min(self._done, self.total) if self.total else self._done, self.total or None)

    def reset(self) -> None:
        """Note that all has arrived; the downloader counts everything once more after this."""
        self._finished = True

    def close(self) -> None:
        """Do nothing: the caller closes its own display."""


def download_faces(
    progress: Callable[[int, int | None], None],
    cancelled: Callable[[], bool],
    url: str = URL,
) -> Path:
    """Fetch the archive of the face images into the cache and return where it is.

    Parameters
    ----------
    progress : callable
        Called with the bytes so far and their total, or None if the server does not say it.
    cancelled : callable
        Asked often; True stops the transfer.
    url : str
        An http or https address of the zip, or of one of the tarballs in it.

    Raises
    ------
    DataError
        If the server cannot be reached, the transfer breaks, or the images are not the right ones.
    CancelledError
        If `cancelled` said so.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise DataError(f"{url} is not an http or https address of the face images")
    stop_if(cancelled)
    folder = places.cache_folder()
    private: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        private = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        arrived = _fetch(url, private, _Meter(progress, cancelled, url))
        ending = _verify(arrived, url, cancelled)
        target = folder / f"cmu_face_images{ending}"
        os.replace(arrived, target)  # noqa: PTH105  (Path.replace, but named for what it is: atomic)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"the face images cannot be stored in {folder}: {reason}; nothing was kept") from None
    finally:
        if private is not None:
            shutil.rmtree(private, ignore_errors=True)
    return target


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise `CancelledError` if the person stopped the download."""
    if cancelled():
        raise CancelledError("the download was cancelled; nothing was kept")


def _fetch(url: str, folder: Path, meter: _Meter) -> Path:
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    downloader: Any = pooch.HTTPDownloader(progressbar=meter, chunk_size=CHUNK, timeout=TIMEOUT)
    host = urlsplit(url).netloc
    try:
        return Path(pooch.retrieve(url, known_hash=None, fname="arriving", path=folder, downloader=downloader))
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        raise DataError(f"{host} answers {status} for {url}; nothing was kept, try again later") from None
    except requests.exceptions.ChunkedEncodingError:
        raise DataError(f"the transfer from {host} broke off; nothing was kept, try again") from None
    except (requests.ConnectionError, requests.Timeout):
        raise DataError(f"could not reach {host}; check the connection to the internet and try again") from None
    except (requests.RequestException, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(f"could not get the face images from {host}: {reason}; nothing was kept") from None


def _verify(path: Path, url: str, cancelled: Callable[[], bool]) -> str:
    """Check every size of the images in an archive and return the ending of its name."""
    data = path.read_bytes()
    if not is_archive(data[:512]):
        raise DataError(f"{url} did not send an archive of the face images; nothing was kept")
    digests: set[tuple[sources.Size, str]] = set()
    try:
        for collection in sources.in_archive(data, "the archive"):
            stop_if(cancelled)
            digests |= set(sources.pixel_digests(collection).items())
    except DataError as error:
        reason = str(error).partition("; ")[0]
        raise DataError(f"what {url} sent is not right: {reason}; nothing was kept") from None
    for size, digest in digests:
        if digest != DIGESTS[size]:
            raise DataError(f"what {url} sent is not right: {size}-size images have other pixels; nothing was kept")
    if not digests:
        raise DataError(f"what {url} sent holds no face images; nothing was kept")
    stop_if(cancelled)
    return ".zip" if data[:2] == b"PK" else ".tar.gz" if data[:2] == b"\x1f\x8b" else ".tar"
