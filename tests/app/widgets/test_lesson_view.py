"""The page a lesson is read on, and its formulas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QFont, QImage, QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from app.lesson import lesson_paths
from app.lesson_html import render
from app.theme import DARK, LIGHT
from app.widgets import formula as formulas
from app.widgets.formula import FormulaStyle, draw, lay_out
from app.widgets.lesson_view import LessonView

TEXT = """# A lesson

Text with $x_1$ and a deep $\\frac{1}{2}$ formula, [run](action:run?epochs=7), [page](https://example.org/a).

::: predict What is $2 + 2$?
It is $4$, [stop](action:pause).
:::

$$E(\\mathbf{w}) \\equiv \\frac{1}{2} \\sum_{d \\in D} (t_d - o_d)^2$$

""" + "\n\n".join(
    f"Paragraph {n} with $y_{{{n}}}$ in it, long enough to need more than a single line." for n in range(30)
)

View = Callable[[str], LessonView]


@pytest.fixture
def view(qtbot: QtBot) -> View:
    def make(text: str) -> LessonView:
        made = LessonView()
        qtbot.addWidget(made)
        made.resize(420, 600)
        made.show()
        made.set_text(text)
        return made

    return make


def n_pictures(shown: LessonView) -> int:
    text: str = shown.browser.document().toRawText()
    return text.count("\ufffc")


def click(shown: LessonView, href: str) -> None:
    shown.browser.anchorClicked.emit(QUrl(href))


def test_the_text_is_there_at_once_and_the_formulas_follow(view: View, qtbot: QtBot) -> None:
    shown = view(TEXT)
    assert n_pictures(shown) == 0
    before = shown.plain_text()
    assert "Text with x_1 and a deep 1/2 formula" in before.replace("x1", "x_1")
    qtbot.waitUntil(lambda: n_pictures(shown) == 33, timeout=20_000)
    qtbot.waitUntil(lambda: not shown._formula_timer.isActive())
    assert "Text with x_1 and a deep 1/2 formula" in shown.plain_text()


def test_one_formula_a_tick(view: View) -> None:
    shown = view(TEXT)
    n = len(shown._queue)
    shown._typeset_next()
    assert len(shown._queue) == n - 1


def test_formulas_on_request(view: View) -> None:
    shown = view(TEXT)
    shown.finish_formulas()
    assert n_pictures(shown) == 33
    shown.toggle_block(0)
    shown.finish_formulas()
    assert n_pictures(shown) == 34


def test_what_cannot_be_typeset_stays_letters(view: View) -> None:
    shown = view("Good $x$, bad $\\frac{one}{$.")
    shown.finish_formulas()
    assert n_pictures(shown) == 1
    assert "one" in shown.plain_text()


def test_links_ask_for_actions(view: View, qtbot: QtBot) -> None:
    shown = view(TEXT)
    with qtbot.waitSignal(shown.action_requested) as caught:
        click(shown, "action:run?epochs=7")
    assert caught.args == ["run", {"epochs": 7}]


def test_pages_open_outside_and_only_on_a_click(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    shown = view(TEXT)
    shown.finish_formulas()
    assert opened == []
    click(shown, "https://example.org/a")
    assert opened == ["https://example.org/a"]
    assert "Paragraph 3" in shown.plain_text()


@pytest.mark.parametrize("href", ["file:///etc/passwd", "javascript:x", "action:walk", "fold:99", "fold:x", "x"])
def test_other_links_do_nothing(view: View, href: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail(f"opened {url}"))
    shown = view(TEXT)
    shown.action_requested.connect(lambda *_: pytest.fail("asked for something"))
    before = shown.plain_text()
    click(shown, href)
    assert shown.plain_text() == before


def test_nothing_is_loaded_from_elsewhere(view: View, tmp_path: Path) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.save(str(tmp_path / "x.png"))
    shown = view(TEXT)
    for address in (QUrl.fromLocalFile(str(tmp_path / "x.png")), QUrl("http://example.org/x.png"), QUrl("formula:999")):
        assert shown.browser.loadResource(QTextDocument.ResourceType.ImageResource, address) is None


def test_a_block_opens_and_closes_where_it_is(view: View) -> None:
    shown = view(TEXT)
    shown.finish_formulas()
    shown.browser.verticalScrollBar().setValue(40)
    assert "It is" not in shown.plain_text()
    click(shown, "fold:0")
    assert shown.open_blocks == {0}
    assert "It is" in shown.plain_text()
    assert shown.browser.verticalScrollBar().value() == 40
    click(shown, "fold:0")
    assert shown.open_blocks == frozenset()
    assert "It is" not in shown.plain_text()
    assert shown.browser.verticalScrollBar().value() == 40


def test_the_place_is_kept_when_formulas_and_colours_change(view: View) -> None:
    shown = view(TEXT)

    def top() -> str:
        text: str = shown.browser.cursorForPosition(QPoint(40, 4)).block().text()[:12]
        return text

    shown.browser.verticalScrollBar().setValue(shown.browser.verticalScrollBar().maximum() // 2)
    before = top()
    assert before.startswith("Paragraph")
    shown.finish_formulas()
    assert top() == before
    shown.set_theme(DARK)
    assert top() == before


def test_another_text_begins_at_its_top_and_folded(view: View) -> None:
    shown = view(TEXT)
    shown.toggle_block(0)
    shown.browser.verticalScrollBar().setValue(300)
    shown.set_text(TEXT + "\nmore")
    assert shown.browser.verticalScrollBar().value() == 0
    assert shown.open_blocks == frozenset()


def test_links_are_reached_and_followed_by_keys(view: View, qtbot: QtBot) -> None:
    shown = view(TEXT)
    shown.finish_formulas()
    shown.setFocus()
    qtbot.waitUntil(shown.browser.hasFocus)
    qtbot.keyClick(shown.browser, Qt.Key.Key_Tab)
    with qtbot.waitSignal(shown.action_requested) as caught:
        qtbot.keyClick(shown.browser, Qt.Key.Key_Return)
    assert caught.args == ["run", {"epochs": 7}]
    qtbot.keyClick(shown.browser, Qt.Key.Key_Tab)
    qtbot.keyClick(shown.browser, Qt.Key.Key_Tab)
    qtbot.keyClick(shown.browser, Qt.Key.Key_Return)
    assert shown.open_blocks == {0}
    qtbot.keyClick(shown.browser, Qt.Key.Key_Return)  # the heading is still the place of the keyboard
    assert shown.open_blocks == frozenset()
    qtbot.keyClick(shown.browser, Qt.Key.Key_Return)
    qtbot.keyClick(shown.browser, Qt.Key.Key_Tab)
    with qtbot.waitSignal(shown.action_requested) as caught:
        qtbot.keyClick(shown.browser, Qt.Key.Key_Return)
    assert caught.args == ["pause", {}]


def test_copied_formulas_are_letters(view: View) -> None:
    shown = view("Before $w_{ji}$ after.\n\nNext.")
    shown.finish_formulas()
    cursor = shown.browser.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    shown.browser.setTextCursor(cursor)
    assert shown.browser.createMimeDataFromSelection().text() == "Before w_ji after.\nNext."


def test_every_block_has_its_place_after_formulas_were_put_in(view: View) -> None:
    shown = view(TEXT)
    shown.finish_formulas()
    document = shown.browser.document()

    def tops() -> list[int]:
        block, found = document.begin(), []
        while block.isValid():
            found.append(round(document.documentLayout().blockBoundingRect(block).top()))
            block = block.next()
        return found

    before = tops()
    width = document.textWidth()
    document.setTextWidth(width - 1)
    document.setTextWidth(width)
    assert tops() == before


def test_wide_formulas_are_fitted_to_the_page(view: View, qtbot: QtBot) -> None:
    shown = view("$$" + " + ".join(f"x_{{{n}}} y_{{{n}}}" for n in range(9)) + "$$")
    shown.finish_formulas()
    assert shown.browser.horizontalScrollBar().maximum() == 0
    width = shown._widest
    shown.resize(900, 600)
    qtbot.waitUntil(lambda: not shown._settle_timer.isActive())
    (drawn,) = {d.size.width for d in shown._drawn.values()}
    assert drawn == pytest.approx(width, abs=1.5)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_formulas_have_the_colour_of_the_text(view: View, theme: Any) -> None:
    shown = view("$$\\mathbf{w}$$")
    shown.set_theme(theme)
    shown.finish_formulas()
    (picture,) = shown.browser.pictures.values()
    inked = [QColor(picture.pixelColor(x, y)) for x in range(picture.width()) for y in range(picture.height())]
    darkest = max(inked, key=lambda colour: colour.alpha())
    assert darkest.alpha() > 200
    assert abs(darkest.lightness() - QColor(theme.text).lightness()) < 12


def baseline(picture: QImage) -> list[int]:
    """Return the rows of a picture that hold ink."""
    return [
        y for y in range(picture.height()) if any(picture.pixelColor(x, y).alpha() > 90 for x in range(picture.width()))
    ]


def test_formulas_stand_on_the_baseline(view: View) -> None:
    shown = view("H $\\mathrm{H}$ $\\mathrm{H}_j$ $\\frac{\\mathrm{H}}{j}$")
    shown.set_theme(LIGHT)
    shown.finish_formulas()
    image = shown.browser.grab().toImage()
    ratio = shown.devicePixelRatioF()
    page = [
        [QColor(image.pixelColor(x, y)).lightness() < 110 for x in range(image.width())] for y in range(image.height())
    ]
    left = [next((x for x, dark in enumerate(row) if dark), None) for row in page]
    bottom = max(y for y, x in enumerate(left) if x is not None and x < 20 * ratio)  # of the letter H
    second = range(round(26 * ratio), round(36 * ratio))  # columns of the first formula
    formula_bottom = max(y for y in range(image.height()) if any(page[y][x] for x in second))
    assert abs(formula_bottom - bottom) <= 1


def test_layouts_are_remembered_and_scale(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    first = lay_out("q_{17}")
    assert first is not None
    assert lay_out("q_{17}") is first
    assert first.depth > 0.1
    small = draw(first, FormulaStyle(10, "#ff0000"), 10, 5)
    large = draw(first, FormulaStyle(10, "#ff0000", 2.0), 10, 5)
    assert (small.size() * 2 - large.size()).width() in (0, 1, -1)
    assert large.devicePixelRatio() == 2.0
    assert large.size().height() == 30
    assert QSize(small.width(), small.height()).height() == 15


@pytest.mark.parametrize(
    "latex", ["", " ", "x" * 3000, "\\frac{", "\\left(", "}", "\\begin{cases}", "{" * 500, "\\" * 31]
)
def test_formulas_that_cannot_be_laid_out(latex: str) -> None:
    lay_out(latex)


def test_a_style_matches_the_font() -> None:
    font = QFont("DejaVu Sans")
    font.setPixelSize(20)
    style = FormulaStyle.matching(font, "#000000", 2.0)
    assert 15 < style.size < 30
    assert style.ratio == 2.0


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_every_formula_of_the_lessons_can_be_typeset(path: Path) -> None:
    text = path.read_text(encoding="utf-8").split("+++\n", 2)[2]
    page = render(text, LIGHT, range(100))
    assert bool(page.formulas) == ("$" in text)
    assert [f.latex for f in page.formulas if formulas.lay_out(f.latex, f.is_display) is None] == []


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [300, 380, 520])
def test_lessons_fit_a_narrow_page(view: View, path: Path, width: int) -> None:
    shown = view("")
    shown.resize(width, 800)
    shown.set_text(path.read_text(encoding="utf-8").split("+++\n", 2)[2])
    for number in range(shown._page.n_blocks):
        shown.toggle_block(number)
    shown.finish_formulas()
    assert shown.browser.horizontalScrollBar().maximum() == 0
