"""The page of a walk: phases lit one by one look like all at once, lines are clickable, rules become pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.widgets.walk_page import END, INVITATION, NOT_DERIVED, Shown, address, place_at
from app.widgets.walk_view import WalkView
from nlcore.explanations import Focus, Formula, Line, Step, Walk, walk
from nlcore.expressions import Comparison, Constant, Named, Product
from nlcore.trainer import Trainer
from tests.nlcore.examples import xor


def xor_walk(presentations: int = 12) -> Walk:
    trainer = Trainer(xor())
    state = trainer.advance(trainer.initial_state(), presentations)
    return walk(trainer.model, state, trainer.model.trace(state), Focus())


@pytest.fixture(scope="module")
def told() -> Walk:
    return xor_walk()


@pytest.fixture
def view(qtbot: QtBot) -> WalkView:
    made = WalkView(None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(460, 500)
    made.show()
    return made


def show(view: WalkView, shown: Shown, marked: frozenset[tuple[str | int, ...]] = frozenset()) -> None:
    view.show_walk(shown, marked, LIGHT)


def lines(document: QTextDocument) -> list[tuple[float, float, str, str]]:
    """Return where each paragraph is, its text, and its first colour."""
    found, block = [], document.begin()
    while block.isValid():
        rect = document.documentLayout().blockBoundingRect(block)
        first = block.begin()
        colour = "" if first.atEnd() else first.fragment().charFormat().foreground().color().name()
        found.append((rect.top(), rect.left(), block.text(), colour))
        block = block.next()
    return found


def test_phases_lit_one_by_one_look_like_all_at_once(qtbot: QtBot, view: WalkView, told: Walk) -> None:
    n = len(told.steps)
    show(view, Shown(told, 1))
    view.finish_formulas()
    for lit in (*range(2, n + 1), *range(n - 1, 0, -1), 2, 3, 2):
        show(view, Shown(told, lit))
        other = WalkView(None)  # type: ignore[arg-type]
        qtbot.addWidget(other)
        other.resize(460, 500)
        other.show()
        show(other, Shown(told, lit))
        other.finish_formulas()
        assert lines(view.document()) == lines(other.document())
        assert view.plain_text() == other.plain_text()


def test_what_is_not_lit_shows_its_title_only(view: WalkView, told: Walk) -> None:
    show(view, Shown(told, 0))
    text = view.plain_text()
    assert text.startswith(INVITATION)
    assert text.splitlines()[1:] == [f"{k}  {step.title}" for k, step in enumerate(told.steps, 1)]
    show(view, Shown(told, 2))
    assert told.steps[1].sentence in view.plain_text()
    assert told.steps[2].sentence not in view.plain_text()
    assert END not in view.plain_text()
    show(view, Shown(told, len(told.steps)))
    assert END in view.plain_text()


def test_symbols_numbers_or_both(view: WalkView, told: Walk) -> None:
    number = f"{told.steps[1].formulas[0].value:.3g}".replace("-", "−")
    show(view, Shown(told, 2, mode="symbols", digits=3))
    assert "wh1,x1 x1" in view.plain_text()
    assert number not in view.plain_text()
    show(view, Shown(told, 2, mode="numbers", digits=3))
    assert "wh1,x1 x1" not in view.plain_text()
    assert f"= {number}" in view.plain_text()
    show(view, Shown(told, 2, digits=3))
    assert "neth1 = wh1,0 + wh1,x1 x1" in view.plain_text()
    assert f"= {number}" in view.plain_text()


def test_rules_are_typeset_while_the_window_is_idle(qtbot: QtBot, view: WalkView, told: Walk) -> None:
    show(view, Shown(told, 3))
    assert view.formulas == ()
    letters = view.plain_text()
    qtbot.waitUntil(lambda: len(view.formulas) >= 4, timeout=20_000)
    assert not view.rules.queue
    assert {formula.latex for formula in view.formulas} == {
        formula.general for step in told.steps[:3] for formula in step.formulas
    }
    assert len(view.plain_text().splitlines()) == len(letters.splitlines())


def test_the_newest_phase_is_in_sight(view: WalkView, told: Walk) -> None:
    for lit in range(1, len(told.steps) + 1):
        show(view, Shown(told, lit))
        top, bottom = view.map.section(lit - 1)
        up, height = view.verticalScrollBar().value(), view.viewport().height()
        assert up <= top
        assert bottom <= up + height or top - up < 10
    show(view, Shown(told, 0))
    assert view.verticalScrollBar().value() == 0


def test_it_stays_in_sight_until_somebody_scrolls(view: WalkView, told: Walk, qtbot: QtBot) -> None:
    def is_in_sight(number: int) -> bool:
        top, bottom = view.map.section(number)
        up, height = view.verticalScrollBar().value(), view.viewport().height()
        return up <= top + 1 and (bottom <= up + height + 1 or top - up < 10)

    show(view, Shown(told, 5))
    view.finish_formulas()
    assert is_in_sight(4)
    view.resize(300, 260)
    qtbot.waitUntil(lambda: is_in_sight(4))
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    place = view.verticalScrollBar().value()
    view.show_walk(Shown(told, 5, digits=3), frozenset(), LIGHT)
    assert view.verticalScrollBar().value() == place


def test_a_click_on_a_line_chooses_what_it_is_about(view: WalkView, told: Walk) -> None:
    chosen: list[object] = []
    view.place_chosen.connect(chosen.append)
    show(view, Shown(told, 2))
    (net, output) = view.map.rects(("unit", 1, 1))
    for rect in (net, output):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(380, round(rect.center().y())))
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, round(rect.top() + 8)))
    assert chosen == [("unit", 1, 1)] * 4
    title = view.map.section(0)[0] + 12
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(380, round(title)))
    assert len(chosen) == 4


def test_a_click_on_a_title_asks_for_its_phase(view: WalkView, told: Walk) -> None:
    asked: list[int] = []
    view.phase_chosen.connect(asked.append)
    show(view, Shown(told, 0))
    for number in (0, 4):
        top = view.map.section(number)[0]
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, round(top + 13)))
    assert asked == [1, 5]


def test_lines_are_reached_with_the_keyboard_and_keep_it(view: WalkView, told: Walk, qtbot: QtBot) -> None:
    chosen: list[object] = []
    view.place_chosen.connect(chosen.append)
    show(view, Shown(told, 2))
    view.activateWindow()
    view.setFocus()
    for _ in range(3):  # titles of two phases, then the first line
        QTest.keyClick(view, Qt.Key.Key_Tab)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [("unit", 1, 0)]
    show(view, Shown(told, 2, digits=3), frozenset({("unit", 1, 0)}))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen == [("unit", 1, 0)] * 2


def test_marks_and_the_pointer_change_the_ground_of_lines(view: WalkView, told: Walk) -> None:
    show(view, Shown(told, 2))
    rect = view.map.rects(("unit", 1, 1))[0]
    spot = QPoint(440, round(rect.center().y()))

    def colour() -> str:
        return view.viewport().grab().toImage().pixelColor(spot).name()

    before = colour()
    QTest.mouseMove(view.viewport(), spot)
    pointed = colour()
    show(view, Shown(told, 2), frozenset({("unit", 1, 1)}))
    assert len({before, pointed, colour()}) == 3
    show(view, Shown(told, 2))
    assert view.place_under(spot) == ("unit", 1, 1)


def test_the_derivation_follows_when_it_is_asked_for(view: WalkView, told: Walk) -> None:
    rate, delta = Named(r"\eta", 0.5), Named(r"\delta", 0.25)
    line = Line(r"\Delta w", Product((rate, delta)), 0.125, reason="The step goes downhill.")
    show(view, Shown(Walk(told.steps), 1, has_derivation=True))
    assert NOT_DERIVED in view.plain_text()
    derived = Walk(told.steps, (line,))
    show(view, Shown(derived, 1))
    assert "downhill" not in view.plain_text()
    show(view, Shown(derived, 1, has_derivation=True))
    assert "The step goes downhill." in view.plain_text()
    assert "= 0.5 · 0.25 = 0.125" in view.plain_text()
    show(view, Shown(derived, 2, has_derivation=True))
    assert view.plain_text().index(told.steps[1].sentence) < view.plain_text().index("downhill")


def test_copying_a_part_gives_text(view: WalkView, told: Walk) -> None:
    show(view, Shown(told, 2))
    view.finish_formulas()
    view.selectAll()
    copied = view.createMimeDataFromSelection().text()
    assert "σ(net_j)" in copied or "σ(netj)" in copied
    assert "\ufffc" not in copied
    assert "neth1 = wh1,0" in copied


def test_another_theme_and_width_write_it_anew(view: WalkView, told: Walk, qtbot: QtBot) -> None:
    show(view, Shown(told, 3))
    view.finish_formulas()
    heights = view.document().size().height()
    view.show_walk(Shown(told, 3), frozenset(), DARK)
    assert lines(view.document())[0][3] == DARK.text
    widest = max(image.width() for image in view.pictures.values())
    view.resize(view.width() - view.viewport().width() + round(widest / view.devicePixelRatioF()), 400)
    qtbot.waitUntil(lambda: max(image.width() for image in view.pictures.values()) < widest)
    assert view.document().size().height() > heights
    assert view.document().size().width() <= view.viewport().width()
    view.resize(460, 400)
    qtbot.waitUntil(lambda: max(image.width() for image in view.pictures.values()) == widest)


def test_a_condition_is_true_or_false_and_nothing_is_said_twice(view: WalkView) -> None:
    y, net = Named("y", -1.0), Named("net", 0.5)
    product = Product((y, net))
    notes = "At exactly 0 the output is −1."
    formulas = (
        Formula(("unit", 1, 0), "product", r"y\, net", "", product, -0.5, notes),
        Formula(("unit", 1, 0), "fires", r"y\, net \leq 0", "", Comparison(product, "<=", Constant(0.0)), 1.0, notes),
        Formula(("unit", 1, 1), "fires", "net < 0", "", Comparison(net, "<", Constant(0.0)), 0.0),
    )
    told = Walk((Step("decision", "Right or wrong?", "So.", formulas),))
    show(view, Shown(told, 1))
    text = view.plain_text()
    assert "= (−1) · 0.5 = −0.5" in text
    assert "= y net" not in text
    assert text.count(notes) == 1
    assert "(−1) · 0.5 ≤ 0 is true" in text
    assert "0.5 < 0 is false" in text
    show(view, Shown(told, 1, mode="symbols"))
    assert "is false" in view.plain_text()


def test_addresses() -> None:
    for place in (("unit", 2, 0), ("weight", 0, 3, -1), ("example",)):
        assert place_at(address(place)) == place
    assert place_at("phase:3") is None


def test_a_walk_with_other_numbers_of_the_same_length_is_written(view: WalkView, told: Walk) -> None:
    show(view, Shown(told, 2))
    before = view.plain_text()
    show(view, replace(Shown(told, 3), walk=xor_walk(40)))
    assert view.plain_text()[: len(before) // 2] != before[: len(before) // 2]
