"""Open, save and go on: a session comes back at the same instant; a bad file leaves the open one as it is."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app import session_files
from app.frame import Selection
from app.main_window import MainWindow
from app.panes.try_it import TryItPane
from app.settings import load_settings
from app.tools.documents import Documents
from nlcore import storage, storage_zip
from tests.app.desk import problems, window

__all__ = ["problems", "window"]

THREE_STEPS = "step_presentation", "step_presentation", "step_epoch"


@pytest.fixture
def documents(window: MainWindow) -> Documents:
    found = window.tools["documents"]
    assert isinstance(found, Documents)
    return found


def work_a_little(window: MainWindow) -> None:
    session = window.session
    for _ in range(6):
        window.actions_by_id["step_epoch"].trigger()
    session.seek(9)
    session.changes.set("training.learning_rate", 0.1)
    for name in THREE_STEPS:
        window.actions_by_id[name].trigger()
    session.changes.undo()
    session.seek(7)
    session.select(Selection(("training", 2), (1, 1)))


def save(qtbot: QtBot, documents: Documents, path: Path) -> None:
    with qtbot.waitSignal(documents.saved, timeout=10_000):
        documents.save_to(path)


def open_file(qtbot: QtBot, documents: Documents, path: Path) -> None:
    with qtbot.waitSignal(documents.opening.opened, timeout=10_000):
        documents.open_path(path)


def refused(qtbot: QtBot, documents: Documents, path: Path, problems: list[str]) -> str:
    problems.clear()
    documents.open_path(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=10_000)
    (said,) = problems
    return said


def test_a_session_comes_back_at_the_same_instant(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path
) -> None:
    work_a_little(window)
    session = window.session
    window.transport.set_speed(2)
    assert session.tree is not None
    assert session.cursor is not None
    cursor, before = session.cursor, session_files.work(session.tracks)
    columns = window.docks.columns()
    undo, redo, label = session.changes.undo_text, session.changes.redo_text, session.speed.label
    save(qtbot, documents, tmp_path / "mine.nllab")

    window.open_lesson("perceptron-and")
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=10_000)
    window.transport.set_speed(5)
    open_file(qtbot, documents, tmp_path / "mine.nllab")

    assert session.lesson is not None
    assert session.lesson.id == "xor"
    assert "three *hidden units*" in session.lesson.text
    assert session.cursor.same_bits(cursor)
    assert session_files.work(session.tracks) == before
    assert (session.changes.undo_text, session.changes.redo_text) == (undo, redo)
    assert len(session.changes.ghosts) == 1
    assert session.selection == Selection(("training", 2), (1, 1))
    assert session.speed.label == label
    assert window.docks.columns() == columns
    assert not documents.is_unsaved
    window.actions_by_id["redo"].trigger()
    assert session.cursor.counters.presentations == 9
    window.actions_by_id["step_epoch"].trigger()
    assert documents.is_unsaved


def test_several_tracks_come_back(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    session = window.session
    for _ in range(3):
        window.actions_by_id["step_epoch"].trigger()
    for momentum in (0.0, 0.5):
        session.comparison.add({"training.momentum": momentum})
        qtbot.waitUntil(lambda: session.activity == "paused", timeout=10_000)
    session.comparison.remove(2)
    session.comparison.add({"training.learning_rate": 0.1}, "slow")
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=10_000)
    session.comparison.hide(3, is_hidden=True)
    session.comparison.promote(2)
    session.seek(10)
    before = [(track.number, track.name, track.is_hidden, track.cursor) for track in session.tracks]
    work = session_files.work(session.tracks)
    assert [track.number for track in session.tracks] == [2, 1, 3]
    save(qtbot, documents, tmp_path / "three.nllab")
    session.comparison.remove(1)
    open_file(qtbot, documents, tmp_path / "three.nllab")
    for track, (number, name, is_hidden, cursor) in zip(session.tracks, before, strict=True):
        assert (track.number, track.name, track.is_hidden) == (number, name, is_hidden)
        assert track.cursor.same_bits(cursor)
    assert session_files.work(session.tracks) == work
    window.actions_by_id["step_epoch"].trigger()
    assert [track.done for track in session.tracks] == [12, 12, 12]


def test_runs_that_undo_leads_to_come_back(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path
) -> None:
    session = window.session
    session.comparison.add({"training.momentum": 0.0})
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=10_000)
    for _ in range(3):
        window.actions_by_id["step_epoch"].trigger()
    session.seek(8)
    before = [track.cursor for track in session.tracks]
    window.actions_by_id["new_weights"].trigger()
    window.actions_by_id["step_epoch"].trigger()
    new = [track.cursor for track in session.tracks]
    assert session.changes.undo_text == "new run"
    save(qtbot, documents, tmp_path / "x.nllab")
    window.open_lesson("perceptron-and")
    qtbot.waitUntil(lambda: session.activity == "paused", timeout=10_000)
    open_file(qtbot, documents, tmp_path / "x.nllab")
    assert not documents.is_unsaved
    assert all(track.cursor.same_bits(state) for track, state in zip(session.tracks, new, strict=True))
    window.actions_by_id["undo"].trigger()
    assert all(track.cursor.same_bits(state) for track, state in zip(session.tracks, before, strict=True))
    assert session.changes.redo_text == "new run"
    assert documents.is_unsaved
    save(qtbot, documents, tmp_path / "undone.nllab")
    open_file(qtbot, documents, tmp_path / "undone.nllab")
    window.actions_by_id["redo"].trigger()
    assert all(track.cursor.same_bits(state) for track, state in zip(session.tracks, new, strict=True))
    window.actions_by_id["to_head"].trigger()
    assert all(track.end == 4 for track in session.tracks)


def test_the_title_marks_what_is_unsaved(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert window.windowTitle().startswith("Backpropagation on XOR[*]")
    window.actions_by_id["step_epoch"].trigger()
    qtbot.waitUntil(window.isWindowModified)
    save(qtbot, documents, tmp_path / "a [*].nllab")
    assert window.windowTitle().startswith("a [*][*].nllab[*] · Backpropagation on XOR")
    assert not window.isWindowModified()
    window.session.seek(2)
    qtbot.wait(300)
    assert not window.isWindowModified()  # looking around is no change
    window.actions_by_id["to_head"].trigger()
    window.actions_by_id["step_epoch"].trigger()
    qtbot.waitUntil(window.isWindowModified)
    with qtbot.waitSignal(documents.saved, timeout=10_000):
        window.actions_by_id["save"].trigger()  # the same file, without a question
    qtbot.waitUntil(lambda: not window.isWindowModified())
    window.actions_by_id["restart"].trigger()
    qtbot.waitUntil(window.isWindowModified)


def test_save_asks_for_a_name_once(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        asked.append(Path(name).name)
        return str(tmp_path / "my run"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    for _ in range(2):
        with qtbot.waitSignal(documents.saved, timeout=10_000):
            window.actions_by_id["save"].trigger()
    assert asked == ["xor.nllab"]
    assert documents.path == tmp_path / "my run.nllab"
    assert storage.open_file(tmp_path / "my run.nllab").session.lesson is not None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.actions_by_id["save_as"].trigger()  # cancelled
    assert documents.path == tmp_path / "my run.nllab"


def test_two_saves_in_a_row_both_count(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    documents.save_to(tmp_path / "one.nllab")
    documents.save_to(tmp_path / "two.nllab")
    qtbot.waitUntil(lambda: documents.path == tmp_path / "two.nllab", timeout=10_000)
    assert (tmp_path / "one.nllab").is_file()
    assert (tmp_path / "two.nllab").is_file()


def test_saving_while_it_runs(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    window.actions_by_id["run"].trigger()
    qtbot.waitUntil(lambda: window.session.cursor.counters.presentations > 20, timeout=10_000)  # type: ignore[union-attr]
    save(qtbot, documents, tmp_path / "running.nllab")
    assert window.session.activity == "running"
    window.actions_by_id["pause"].trigger()
    (track,) = storage.open_file(tmp_path / "running.nllab").session.tracks
    assert window.session.history is not None
    assert track.cursor.same_bits(window.session.history.state_at(track.cursor.counters.presentations))


def test_files_used_last(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    for name in ("one.nllab", "two.nllab"):
        save(qtbot, documents, tmp_path / name)
    (tmp_path / "one.nllab").unlink()
    menu = documents.recent
    menu.fill()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:2] == ["&1  two.nllab", "&2  one.nllab"]
    gone = menu.actions()[1]
    qtbot.waitUntil(lambda: not gone.isEnabled(), timeout=5_000)
    assert "not there any more" in gone.text()
    assert load_settings().recent_files == (str(tmp_path / "two.nllab"), str(tmp_path / "one.nllab"))
    with qtbot.waitSignal(documents.opening.opened, timeout=10_000):
        menu.actions()[0].trigger()
    menu.actions()[-1].trigger()
    menu.fill()
    qtbot.waitUntil(lambda: not menu.actions()[-1].isEnabled())
    assert load_settings().recent_files == ()


def test_a_lesson_file_opens(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    raw = Path(window.session.lesson.path).read_text("utf-8")  # type: ignore[union-attr]
    (tmp_path / "mine.md").write_text(raw.replace('id = "xor"', 'id = "mine"'), "utf-8")
    documents.open_path(tmp_path / "mine.md")
    qtbot.waitUntil(lambda: window.session.activity == "paused" and window.session.lesson.id == "mine", timeout=10_000)  # type: ignore[union-attr]
    assert not documents.is_unsaved


def test_a_bad_file_leaves_the_session_as_it_is(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, problems: list[str]
) -> None:
    window.actions_by_id["step_epoch"].trigger()
    head = window.session.history.head  # type: ignore[union-attr]
    save(qtbot, documents, tmp_path / "good.nllab")
    good = (tmp_path / "good.nllab").read_bytes()
    (tmp_path / "cut.nllab").write_bytes(good[:-100])
    (tmp_path / "text.nllab").write_bytes(b"hello")
    (tmp_path / "bad.md").write_text("hello", "utf-8")
    assert "only a part of one" in refused(qtbot, documents, tmp_path / "cut.nllab", problems)
    assert "no session file" in refused(qtbot, documents, tmp_path / "text.nllab", problems)
    assert "there.nllab: cannot be opened: No such file" in refused(
        qtbot, documents, tmp_path / "there.nllab", problems
    )
    assert "bad.md, line 1" in refused(qtbot, documents, tmp_path / "bad.md", problems)
    assert window.session.history.head is head  # type: ignore[union-attr]
    assert documents.path == tmp_path / "good.nllab"


def test_a_file_of_a_newer_version(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, problems: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(storage, "FORMAT", 99)
    save(qtbot, documents, tmp_path / "new.nllab")
    assert "newer version" in refused(qtbot, documents, tmp_path / "new.nllab", problems)


def test_a_problem_is_a_box(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    (tmp_path / "text.nllab").write_bytes(b"hello")
    documents.open_path(tmp_path / "text.nllab")
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=10_000)
    box = window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "text.nllab: is no session file" in box.text()
    box.close()


def test_a_place_that_cannot_be_written(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, problems: list[str]
) -> None:
    documents.save_to(tmp_path / "no" / "such" / "x.nllab")
    qtbot.waitUntil(lambda: bool(problems), timeout=10_000)
    assert "cannot be saved: No such file" in problems[0]
    assert documents.path is None


def test_a_session_from_elsewhere_is_told(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_a_little(window)
    real = storage.fingerprint()
    moon = type(real)(system="Moon", processor="x", python="3", numpy="2", numba="")
    monkeypatch.setattr(storage, "fingerprint", lambda: moon)
    save(qtbot, documents, tmp_path / "moon.nllab")
    monkeypatch.undo()
    open_file(qtbot, documents, tmp_path / "moon.nllab")
    assert "saved on another kind of machine" in documents.opening.text
    qtbot.waitUntil(lambda: documents.opening._replay is None, timeout=10_000)
    assert "differs" not in documents.opening.text
    documents.opening.buttons["Close"].click()
    assert not documents.opening.isVisible()


def test_a_layout_of_a_stranger_is_not_taken(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.docks.arrange_columns([["error_curves"], ["examples", "network_diagram"]], window.lesson_dock)
    save(qtbot, documents, tmp_path / "mine.nllab")
    columns = window.docks.columns()
    window.reset_layout()
    window.settings = window.settings.replace(own_layouts=())  # as on another computer
    monkeypatch.setattr(window.docks, "restore", lambda _text: pytest.fail("Qt must not read a stranger's bytes"))
    monkeypatch.setattr(window, "_arrange", lambda _lesson: None)
    open_file(qtbot, documents, tmp_path / "mine.nllab")
    assert window.docks.columns() == columns == [["error_curves"], ["examples", "network_diagram"]]


@pytest.mark.parametrize(
    "table",
    [
        {"speed": 3, "selection": [], "layout": 7, "panes": "x"},
        {"speed": "x" * 999, "selection": {"example": ["training", 99], "unit": [9, 9]}, "panes": [["x"], 3, [4]]},
        {"selection": {"example": ["nowhere", 0], "unit": [True, 0]}, "layout": "AAAA", "panes": [[["x"]]]},
        {"selection": {"example": [[], 1.5], "unit": ["a", "b"]}, "panes": [["examples"] * 99]},
    ],
)
def test_nonsense_about_the_window_is_passed_over(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, table: dict[str, object]
) -> None:
    saved = session_files.taken(window.session.lesson, window.session.tracks, table)
    storage.save(tmp_path / "x.nllab", saved)
    open_file(qtbot, documents, tmp_path / "x.nllab")
    assert window.session.selection == Selection()
    assert window.session.activity == "paused"


def test_a_session_without_a_lesson_and_one_with_a_broken_lesson(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path
) -> None:
    saved = session_files.taken(window.session.lesson, window.session.tracks, {})
    storage.save(tmp_path / "Bare one.nllab", dataclasses.replace(saved, lesson=None))
    open_file(qtbot, documents, tmp_path / "Bare one.nllab")
    assert "Session Bare one" in window.windowTitle()
    assert "without a lesson" in window.text.plain_text()
    save(qtbot, documents, tmp_path / "again.nllab")
    broken = storage.LessonText("xor", b"+++\nid = 3\n+++\n")
    storage.save(tmp_path / "broken.nllab", dataclasses.replace(saved, lesson=broken))
    open_file(qtbot, documents, tmp_path / "broken.nllab")
    assert "cannot be shown, only its runs: xor.md, line" in documents.opening.text
    assert window.session.history is not None


def test_cancel_keeps_the_session(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(qtbot, documents, tmp_path / "x.nllab")
    go, read = threading.Event(), session_files.read

    def slow(path: Path, is_cancelled: Callable[[], bool]) -> session_files.OpenedWork:
        go.wait(20)
        return read(path, is_cancelled)

    monkeypatch.setattr(session_files, "read", slow)
    cursor = window.session.cursor
    documents.open_path(tmp_path / "x.nllab")
    qtbot.waitUntil(lambda: "Opening" in documents.opening.text, timeout=5_000)
    assert documents.opening.isVisible()
    documents.opening.buttons["Cancel"].click()
    go.set()
    qtbot.wait(200)
    assert window.session.cursor is cursor
    assert not documents.opening.isVisible()


def test_the_drawing_of_try_it_is_saved(qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path) -> None:
    window.docks.bring_up("try_it")
    pane = window.docks.panes["try_it"]
    assert isinstance(pane, TryItPane)
    qtbot.waitUntil(lambda: pane.example is not None, timeout=5_000)
    pane.form.changed.emit(1, 0.75)
    save(qtbot, documents, tmp_path / "mine.nllab")
    pane.copy_example()
    open_file(qtbot, documents, tmp_path / "mine.nllab")
    qtbot.waitUntil(lambda: pane.example is not None and pane.example.shown[1] == 0.75, timeout=5_000)


def test_cancel_ends_the_read_soon(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(qtbot, documents, tmp_path / "x.nllab")
    begun, go, read = [], threading.Event(), storage_zip.Reader.read

    def slow(reader: storage_zip.Reader, name: str, *most: int) -> bytes:
        begun.append(name)
        go.wait(10 if len(begun) == 3 else 0)
        return read(reader, name, *most)

    monkeypatch.setattr(storage_zip.Reader, "read", slow)
    documents.open_path(tmp_path / "x.nllab")
    qtbot.waitUntil(lambda: "Opening" in documents.opening.text and len(begun) == 3, timeout=5_000)
    documents.opening.buttons["Cancel"].click()
    go.set()
    qtbot.waitUntil(lambda: all(thread.name != "nllab-open" for thread in threading.enumerate()), timeout=5_000)
    assert len(begun) == 3  # nothing more was read


def test_a_session_of_photographs_needs_them(
    qtbot: QtBot, window: MainWindow, documents: Documents, tmp_path: Path, problems: list[str],
    real_data: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = tmp_path / "data"
    shutil.copytree(real_data, folder)
    monkeypatch.setenv("NLLAB_DATA", str(folder))
    window.open_lesson("faces")
    qtbot.waitUntil(lambda: window.session.activity == "paused", timeout=30_000)
    window.actions_by_id["step_epoch"].trigger()
    save(qtbot, documents, tmp_path / "faces.nllab")
    monkeypatch.delenv("NLLAB_DATA")
    cursor = window.session.cursor
    assert "nllab data get" in refused(qtbot, documents, tmp_path / "faces.nllab", problems)
    assert window.session.cursor is cursor
