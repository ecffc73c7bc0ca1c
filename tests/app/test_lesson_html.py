"""A lesson's Markdown as HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formula_text import plain, readable
from app.lesson import lesson_paths, read_lesson
from app.lesson_html import Formula, Picture, render
from app.theme import DARK, LIGHT, THEMES, Theme

FOLDED = """Before.

::: predict What comes?
Hidden $a$.

:::: answer
Deep $b$.
::::

:::

::: answer
Other $c$.
:::

After.
"""


def body(text: str, **options: object) -> str:
    html = render(text, LIGHT, **options).html  # type: ignore[arg-type]
    return html[html.index("<body>") + 6 : html.index("</body>")]


def test_paragraphs_emphasis_and_code() -> None:
    assert body("a *b* **c** `d<` \\\ne") == "<p>a <em>b</em> <strong>c</strong> <code>d&lt;</code> <br/>e</p>"


def test_headings_lists_and_quotes() -> None:
    html = body("# A\n\n- b\n- c\n\n3. d\n\n> e\n")
    assert "<h1>A</h1><ul><li>b</li><li>c</li></ul><ol" in html
    assert 'start="3"' in html
    assert "<blockquote><p" in html


def test_tables_keep_their_alignment() -> None:
    html = body("| a | b |\n|--:|---|\n| 1 | $x$ |\n")
    assert '<th align="right"' in html
    assert '<td align="right">1</td><td><i>x</i></td>' in html
    assert LIGHT.line in html


def test_raw_html_is_shown_and_not_obeyed() -> None:
    html = body("<script>x</script> <img src='http://e.org/x'>\n\n<table>\n\n&lt;b&gt;")
    assert "<script" not in html
    assert "<img" not in html
    assert "<table" not in html
    assert "&lt;b&gt;" in html


def test_actions_and_pages_are_links_and_nothing_else_is() -> None:
    html = body(
        "[a](action:run?epochs=3) [b](https://e.org/?x=1&y=2) [c](file:///x) [d](javascript:x) ![e](http://e.org/p)"
    )
    assert re.findall(r'href="([^"]*)"', html) == ["action:run?epochs=3", "https://e.org/?x=1&amp;y=2"]
    assert 'class="action"' in html
    assert "src=" not in html
    for shown in ("c", "d", "e"):
        assert shown in html


def test_formulas_are_letters_until_they_are_typeset() -> None:
    page = render("$x_1$ and $x_1$ and $$y$$\n\n$$\nz\n$$\n", LIGHT)
    assert page.formulas == (Formula("x_1", False), Formula("y", True), Formula("z", True))
    assert "<i>x</i><sub>1</sub> and <i>x</i><sub>1</sub>" in page.html
    typeset = render("$x_1$ and $y$", LIGHT, typeset=lambda f: Picture(20, 10.5) if f.latex == "x_1" else None)
    assert '<img src="formula:0" width="20" height="10.5"/> and <i>y</i>' in typeset.html


def test_dollars_of_money_are_no_formulas() -> None:
    assert render("It costs 3 $ or 4 $ at most.", LIGHT).formulas == ()


def test_lines_are_even_unless_a_formula_is_tall() -> None:
    tall = body("a $x$ b\n\nc $y$\n\n- $x$\n- d\n", line_height=20, typeset=lambda f: Picture(9, 9, f.latex == "x"))
    assert re.findall(r"<(p|li)( style=[^>]*)?>", tall) == [
        ("p", ""),
        ("p", ' style="line-height:20px; -qt-line-height-type:fixed"'),
        ("li", ""),
        ("li", ' style="line-height:20px; -qt-line-height-type:fixed"'),
    ]


def test_blocks_are_folded_and_opened_one_by_one() -> None:
    closed = render(FOLDED, LIGHT)
    assert closed.n_blocks == 3
    assert closed.formulas == ()
    assert "What comes?&nbsp; ▸&nbsp;show" in closed.html
    assert re.findall(r'href="(fold:\d)"', closed.html) == ["fold:0", "fold:2"]
    for hidden in ("Hidden", "Deep", "Other"):
        assert hidden not in closed.html
    outer = render(FOLDED, LIGHT, {0})
    assert "Hidden" in outer.html
    assert "▾&nbsp;hide" in outer.html
    assert "Deep" not in outer.html
    assert [f.latex for f in outer.formulas] == ["a"]
    everything = render(FOLDED, LIGHT, range(3))
    assert [f.latex for f in everything.formulas] == ["a", "b", "c"]
    for page in (closed, outer, everything, render(FOLDED, LIGHT, {1})):
        assert page.n_blocks == 3
        assert page.html.count("<table") == page.html.count("</table>")
        assert page.html.index("Before") < page.html.index("After")


def test_a_block_without_a_title_is_called_by_its_kind() -> None:
    assert "Answer&nbsp; ▸" in render(FOLDED, LIGHT).html
    assert "Predict first&nbsp; ▸" in render("::: predict\nx\n:::\n", LIGHT).html


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_are_those_of_the_theme(theme: Theme) -> None:
    html = render(FOLDED + "[a](action:run)", theme, {0}).html
    other = DARK if theme is LIGHT else LIGHT
    assert theme.text in html
    assert theme.accent in html
    assert other.text not in html
    assert other.accent not in html


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\delta_h \leftarrow o_h(1 - o_h)", "δ_h ← o_h(1−o_h)"),
        (r"w_{ji} \leftarrow w_{ji} + \Delta w_{ji}", "w_ji ← w_ji + Δw_ji"),
        (r"\frac{1}{1 + e^{-net}}", "1/(1 + e^−net)"),
        (r"\mathbf{w} \cdot \mathbf{x} > 0", "w · x > 0"),
        (r"\sum_{k \in \text{outputs}} w_{kh}", "Σ_k ∈ outputsw_kh"),
        (r"\text{if } x", "if x"),
        (r"\unknown{x}", "unknownx"),
        (r"{{{", ""),
        (r"x_", "x_"),
        (r"a < b & c", "a < b c"),
    ],
)
def test_formulas_in_letters(latex: str, shown: str) -> None:
    assert plain(latex) == shown


@given(st.text(alphabet="\\{}_^&abc frac12<>\"'sumtext", max_size=60))
def test_any_formula_can_be_written_in_letters(latex: str) -> None:
    html = readable(latex)
    assert not re.search(r"<(?!/?(sub|sup|b|i)>)", html)
    plain(latex)


def test_deep_formulas_end() -> None:
    readable("{" * 5000 + "x" + "}" * 5000)
    readable("x_" * 5000)
    readable("\\frac" * 5000)


@given(st.text(alphabet="abc#*_`[]()<>:-|$\\ \n!{}^+1.", max_size=120))
def test_any_text_is_shown(text: str) -> None:
    for theme in THEMES.values():
        page = render(text, theme, range(20))
        assert page.html.count("<table") == page.html.count("</table>")
        assert "<script" not in page.html


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_shipped_lessons_have_all_their_parts(path: object) -> None:
    lesson = read_lesson(path)  # type: ignore[arg-type]
    page = render(lesson.text, LIGHT, range(100))
    headings = re.findall(r"<h([12])>([^<]*)", page.html)
    assert [title for level, title in headings if level == "1"] == [lesson.title]
    assert {"What you see", "Predict first", "Try", "Explain", "Questions", "Source"} <= {t for _, t in headings}
    assert page.n_blocks >= 5
    assert page.html.count('class="action"') >= 5
