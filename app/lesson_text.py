"""The text of a lesson: its Markdown, what its links may do, and what is wrong with it.

CommonMark with tables, formulas between dollars and two kinds of folding blocks; raw HTML and pictures are not part of
it. A link asks the tool for one of a fixed list of actions or names a web page, and nothing else, so a lesson from a
stranger cannot run anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from app.written_values import value_of
from nlcore.errors import unknown

BLOCKS: Final = {"predict": "Predict first", "answer": "Answer"}
"""The folding blocks, and the heading each has if the lesson gives none."""
UNITS: Final = ("presentation", "update", "epoch")
MATH: Final = ("math_inline", "math_inline_double", "math_block", "math_block_label")
Value = object
"""Of an argument: a text or a number, and for a setting whatever a setting can be."""


def _count(text: str) -> Value:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ValueError(f"expected a whole number from 1 to 999999999, not {text!r}")
    return int(text)


def _unit(text: str) -> Value:
    if text not in UNITS:
        raise ValueError(unknown("unit", text, UNITS))
    return text


def _id(text: str) -> Value:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text):
        raise ValueError(f"expected an id, not {text!r}")
    return text


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one kind of action takes."""

    takes: Mapping[str, Callable[[str], Value]] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    one_of: bool = False
    takes_settings: bool = False


KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "run": _Kind({"epochs": _count, "presentations": _count}, one_of=True),
        "step": _Kind({"unit": _unit, "n": _count}, {"n": 1}, ("unit",)),
        "pause": _Kind(),
        "restart": _Kind(),
        "new_weights": _Kind(),
        "to_best": _Kind(),
        "pane": _Kind({"id": _id}, needs=("id",)),
        "lesson": _Kind({"id": _id}, needs=("id",)),
        "track": _Kind({"number": _count}, needs=("number",)),
        "set": _Kind(takes_settings=True),
        "set_all": _Kind(takes_settings=True),
    }
)
"""The actions a link may ask for."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a link asks the tool to do, for example `run` with ``{"epochs": 100}``."""

    name: str
    arguments: Mapping[str, Value]


def parse_link(href: str) -> Action | None:
    """Return the action a link asks for, or None for a link to a web page.

    Raises
    ------
    ValueError
        In words, if it is neither.
    """
    try:
        parts = urlsplit(href)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=8)
    except ValueError:
        raise ValueError(f"the link {href!r} cannot be understood") from None
    if is_page:
        return None
    if parts.scheme != "action":
        raise ValueError(f"the link {href!r} is neither an action: nor a http(s): address")
    if parts.path not in KINDS:
        raise ValueError(unknown("action", parts.path, KINDS))
    if parts.netloc or parts.fragment:
        raise ValueError(f"the link {href!r} cannot be understood")
    return Action(parts.path, MappingProxyType(_arguments(parts.path, given)))


def _arguments(action: str, given: list[tuple[str, str]]) -> dict[str, Value]:
    kind = KINDS[action]
    found: dict[str, Value] = {}
    for name, text in given:
        if kind.takes_settings and re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)*", name) and name not in found:
            found[name] = value_of(text)
            continue
        if name not in kind.takes:
            raise ValueError(unknown("argument", name, kind.takes, f"action:{action}"))
        if name in found:
            raise ValueError(f"action:{action}: {name} is given twice")
        try:
            found[name] = kind.takes[name](text)
        except ValueError as error:
            raise ValueError(f"action:{action}: {name}: {error}") from None
    missing = [name for name in kind.needs if name not in found]
    if missing:
        raise ValueError(f"action:{action}: {missing[0]} is missing")
    if kind.takes_settings and not found:
        raise ValueError(f"action:{action}: name a setting, as in action:{action}?training.momentum=0.5")
    if kind.one_of and len(found) > 1:
        raise ValueError(f"action:{action}: give only one of {', '.join(found)}")
    return {**kind.defaults, **found}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    for name in BLOCKS:
        parser.use(container_plugin, name)
    # nothing is filtered or rewritten here: every link is checked by `parse_link`
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def parse(text: str) -> list[Token]:
    """Return the Markdown's tokens, as markdown-it makes them."""
    return _parser().parse(text + "\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a text: its line, counted from 0, and a sentence."""

    line: int
    message: str


def faults(text: str, panes: Collection[str] | None = None, lessons: Collection[str] | None = None) -> list[Fault]:
    """Return what is wrong with a lesson's text, in the order of its lines.

    Parameters
    ----------
    text : str
        Markdown.
    panes, lessons : collection of str, optional
        The ids links may name; not checked where left out.
    """
    lines = text.split("\n")
    found: list[Fault] = []
    ends: set[int] = set()  # a line with ::: closes only the outermost of the blocks that end there
    for token in parse(text):
        line = token.map[0] if token.map else 0
        if token.type.startswith("container_") and token.nesting == 1:
            end = token.map[1] if token.map else len(lines)
            is_closed = end < len(lines) and end not in ends and re.fullmatch(r"[\s>]*:{3,}\s*", lines[end])
            ends.add(end)
            if not is_closed:
                found.append(Fault(line, f"the block ::: {token.info.strip()} is not closed by a line with ::: alone"))
        elif token.type == "inline":
            found += _faults_inline(token, line, panes, lessons)
    return sorted(found, key=lambda fault: fault.line)


def _faults_inline(
    token: Token, line: int, panes: Collection[str] | None, lessons: Collection[str] | None
) -> Iterator[Fault]:
    for offset, content in enumerate(token.content.split("\n")):
        marker = re.match(r"\s*:{3,}\s*(\w*)", content)
        if marker:
            named = unknown("block", marker[1], BLOCKS) if marker[1] else "this ::: closes no block"
            yield Fault(line + offset, named)
    for child in token.children or []:
        if child.type == "link_open":
            message = _link_fault(str(child.attrGet("href") or ""), panes, lessons)
            if message:
                yield Fault(line, message)
        elif child.type == "image":
            yield Fault(line, f"pictures are not possible in a lesson: {child.attrGet('src')!r}")
        elif child.type in ("softbreak", "hardbreak"):
            line += 1


def _link_fault(href: str, panes: Collection[str] | None, lessons: Collection[str] | None) -> str:
    try:
        action = parse_link(href)
    except ValueError as error:
        return str(error)
    for name, known in (("pane", panes), ("lesson", lessons)):
        if action and action.name == name and known is not None and action.arguments["id"] not in known:
            return unknown(name, str(action.arguments["id"]), known, f"action:{name}")
    return ""
