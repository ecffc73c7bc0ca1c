"""The glossary on the screen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from app.glossary import glossary
from app.main_window import MainWindow
from app.theme import DARK, LIGHT, Theme
from app.widgets.glossary_view import GlossaryView, GlossaryWindow
from tests.app.desk import window

__all__ = ["window"]


@pytest.fixture
def view(qtbot: QtBot) -> GlossaryView:
    made = GlossaryView()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def listed(view: GlossaryView) -> list[str]:
    return [view.list.item(row).text() for row in range(view.list.count())]


def test_all_terms_are_listed_and_the_first_is_shown(view: GlossaryView) -> None:
    assert listed(view) == [entry.title for entry in glossary().entries]
    assert view.entry is glossary().entries[0]
    assert view.entry.tip in view.page.plain_text()


def test_searching_by_another_name(view: GlossaryView, qtbot: QtBot) -> None:
    qtbot.keyClicks(view.search, "SGD")
    assert listed(view)[0] == "Incremental mode"
    assert view.entry is glossary().find("incremental mode")
    qtbot.keyClicks(view.search, "xyzzy")
    assert listed(view) == []
    assert view.search.accessibleDescription() == "No term fits"
    view.search.clear()
    assert view.entry is glossary().find("incremental mode")
    assert view.list.currentItem().text() == "Incremental mode"


def test_arrow_keys_of_the_search_line_move_in_the_list(view: GlossaryView, qtbot: QtBot) -> None:
    qtbot.keyClick(view.search, Qt.Key.Key_Down)
    qtbot.keyClick(view.search, Qt.Key.Key_Down)
    assert view.entry is glossary().entries[2]
    qtbot.keyClick(view.search, Qt.Key.Key_Up)
    assert view.entry is glossary().entries[1]


def test_see_also_leads_on_and_back(view: GlossaryView) -> None:
    view.show_term("eta")
    start = view.entry
    assert start is not None
    assert start.term == "learning rate"
    assert not view.back.isEnabled()
    view.search.setText("eta")
    target = glossary().find(start.see[0])
    assert target is not None
    assert f"term:{target.title}" in view.see.text()
    view.see.linkActivated.emit(f"term:{target.title}")
    assert view.entry is target
    view.back.click()
    assert view.entry is start
    assert not view.back.isEnabled()


def test_every_see_also_link_leads_to_its_entry(view: GlossaryView) -> None:
    for entry in glossary().entries:
        for name in entry.see:
            target = glossary().find(name)
            assert target is not None
            view.see.linkActivated.emit(f"term:{target.title}")
            assert view.entry is target


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_page_is_typeset_in_the_colours_of_the_theme(view: GlossaryView, theme: Theme) -> None:
    view.set_theme(theme)
    view.show_term("sigmoid")
    view.page.finish_formulas()
    text: str = view.page.browser.document().toRawText()
    assert text.count("\ufffc") >= 3  # the symbol, the formula and that of the slope
    assert view.page.browser.palette().color(QPalette.ColorRole.Base).name() == theme.base
    assert theme.accent in view.see.text()


def test_an_unknown_term_leaves_everything(view: GlossaryView) -> None:
    before = view.entry
    assert not view.show_term("aeroplane")
    assert view.entry is before


def test_all_parts_have_names(view: GlossaryView) -> None:
    for part in (view.search, view.list, view.page.browser, view.see):
        assert part.accessibleName()


def test_it_opens_at_a_term_beside_the_window(window: MainWindow) -> None:
    glossary_window = GlossaryWindow(window, window.theme)
    glossary_window.open_at("epoch")
    assert glossary_window.isVisible()
    assert not glossary_window.isModal()
    assert glossary_window.view.list.currentItem().text() == "Epoch"
    assert glossary_window.focusWidget() is glossary_window.view.search
    glossary_window.close()
