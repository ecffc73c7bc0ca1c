"""The download: right images are kept, and after anything else nothing is left. Served from this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from face_archives import tarball, zipped

from nlcore.errors import CancelledError, DataError
from nlcore.faces import download, places, sources

Files = dict[str, bytes]


@dataclass
class Server:
    """Serves one body; `promised` is the length it claims, None for no claim."""

    body: bytes = b""
    status: int = 200
    promised: int | None = -1
    url: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            self.send_response(served.status)
            if served.promised is not None:
                self.send_header("Content-Length", str(len(served.body) if served.promised < 0 else served.promised))
            self.end_headers()
            try:
                self.wfile.write(served.body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.url = f"http://127.0.0.1:{httpd.server_address[1]}/faces.zip"
    yield served
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def archive(quarter_files: Files, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Give a tarball of drawn heads that passes for the original one."""
    data = tarball(quarter_files)
    (collection,) = sources.in_archive(data, "a")
    monkeypatch.setattr(download, "DIGESTS", {**download.DIGESTS, **sources.pixel_digests(collection)})
    return data


def never() -> bool:
    return False


def fetch(url: str, cancelled: Callable[[], bool] = never) -> tuple[Path, list[tuple[int, int | None]]]:
    seen: list[tuple[int, int | None]] = []
    return download.download_faces(lambda done, total: seen.append((done, total)), cancelled, url), seen


def left() -> list[Path]:
    folder = places.cache_folder()
    return sorted(folder.rglob("*")) if folder.exists() else []


def test_right_images_are_kept_and_found(server: Server, archive: bytes) -> None:
    server.body = zipped({"faces_4.tar.gz": archive}, packed=False)
    path, seen = fetch(server.url)
    assert left() == [path]
    assert path == places.cache_folder() / "cmu_face_images.zip"
    assert path.read_bytes() == server.body
    assert seen[-1] == (len(server.body), len(server.body))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert places.places()[-1].found
    assert places.find_faces()[0] is not None


def test_a_tarball_is_as_good(server: Server, archive: bytes) -> None:
    server.body, server.promised = archive, None
    path, seen = fetch(server.url)
    assert path.name == "cmu_face_images.tar.gz"
    assert {total for _, total in seen} == {None}
    assert places.find_faces()[0] is not None


def test_a_second_download_replaces_the_first(server: Server, archive: bytes) -> None:
    server.body = archive
    path, _ = fetch(server.url)
    path.write_bytes(b"broken meanwhile")
    assert fetch(server.url)[0] == path
    assert path.read_bytes() == archive
    assert left() == [path]


def test_a_transfer_that_breaks_off_leaves_nothing(server: Server, archive: bytes) -> None:
    server.body, server.promised = archive[: len(archive) // 2], len(archive)
    with pytest.raises(DataError, match=r"broke off; nothing was kept|not right"):
        fetch(server.url)
    assert left() == []


def test_a_cut_off_archive_leaves_nothing(server: Server, archive: bytes) -> None:
    server.body = archive[: len(archive) // 2]
    with pytest.raises(DataError, match=r"the archive is cut off or damaged.*nothing was kept"):
        fetch(server.url)
    assert left() == []


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_cancelled_download_leaves_nothing(server: Server, archive: bytes, after: int) -> None:
    server.body = archive
    answers = iter([False] * after)
    with pytest.raises(CancelledError, match="cancelled; nothing was kept"):
        fetch(server.url, lambda: next(answers, True))
    assert left() == []


def test_cancelling_at_the_last_moment_leaves_nothing(server: Server, archive: bytes) -> None:
    server.body = archive
    asked = 0

    def count() -> bool:
        nonlocal asked
        asked += 1
        return False

    fetch(server.url, count)[0].unlink()
    answers = iter([False] * (asked - 1))
    with pytest.raises(CancelledError):
        fetch(server.url, lambda: next(answers, True))
    assert left() == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Sign in to the hotel's network</html>", "did not send an archive"),
        (b"", "did not send an archive"),
        (zipped({"readme.txt": b"hello"}), "holds no face images"),
    ],
)
def test_other_content_leaves_nothing(server: Server, body: bytes, said: str) -> None:
    server.body = body
    with pytest.raises(DataError, match=said):
        fetch(server.url)
    assert left() == []


def test_other_pixels_leave_nothing(server: Server, quarter_files: Files) -> None:
    server.body = tarball(quarter_files)
    with pytest.raises(DataError, match="quarter-size images have other pixels; nothing was kept"):
        fetch(server.url)
    assert left() == []


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_answer_that_is_not_a_file(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(DataError, match=f"127.0.0.1:[0-9]+ answers {status}"):
        fetch(server.url)
    assert left() == []


def test_too_much_is_not_taken(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_ARCHIVE", 1 << 17)
    server.body, server.promised = bytes(1 << 20), None
    with pytest.raises(DataError, match="sends more than"):
        fetch(server.url)
    assert left() == []


def test_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(DataError, match=f"could not reach 127.0.0.1:{port}; check the connection"):
        fetch(f"http://127.0.0.1:{port}/faces.zip")
    assert left() == []


def test_a_server_that_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(download, "TIMEOUT", (0.3, 0.3))
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DataError, match="could not reach"):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/faces.zip")
    assert left() == []


@pytest.mark.parametrize("url", ["", "faces.zip", "ftp://127.0.0.1/faces.zip", "file:///etc/hostname", "http://"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(DataError, match="is not an http or https address"):
        fetch(url)
    assert left() == []


def test_a_folder_that_cannot_be_written(server: Server, archive: bytes) -> None:
    server.body = archive
    folder = places.cache_folder()
    folder.parent.mkdir(parents=True)
    folder.write_text("a file stands where the folder should be")
    with pytest.raises(DataError, match="cannot be stored"):
        fetch(server.url)


def test_the_real_archives_pass(server: Server, real_data: Path) -> None:
    both = {name: (real_data / "cmu_faces" / name).read_bytes() for name in ("faces.tar.gz", "faces_4.tar.gz")}
    server.body = zipped(both, packed=False)
    path, _ = fetch(server.url)
    assert left() == [path]
    faces, _ = places.find_faces()
    assert faces is not None
    assert faces.reduced == 0
