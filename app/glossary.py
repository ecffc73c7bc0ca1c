"""The glossary: what the words on the screen mean, read from one data file, without Qt.

Entries are found by their term or one of their other names, by the setting or the quantity that they explain. Tooltips
take their sentence from here, so that a word means the same everywhere.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from app.formula_text import plain
from app.lesson_text import MATH, parse
from assets import path
from nlcore.errors import LabError
from nlcore.experiment import Record, convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Text = Annotated[str, Meta(min_length=1)]
PROGRAM = "program"
"""The source of terms that are this program's own."""


class Entry(Record, frozen=True):
    """One term.

    Attributes
    ----------
    term : str
        What it is called.
    tip : str
        One sentence, without formulas.
    also : tuple of str
        Other names, and the names of choices in lesson files, with spaces for underscores.
    symbol, formula : str
        The lecture's letter and the defining formula in LaTeX; empty where there is none.
    settings, metrics : tuple of str
        Dotted settings of an experiment and quantities of the curves that it explains.
    text : str
        More in Markdown, with formulas between dollars.
    see : tuple of str
        Related terms.
    lecture : tuple of str
        Headings of the lecture.
    mitchell : str
        Pages in Mitchell's *Machine Learning* (1997).
    source : str
        Anything else; "program" for words of this program's own.
    """

    term: Text
    tip: Text
    also: tuple[Text, ...] = ()
    symbol: str = ""
    formula: str = ""
    settings: tuple[Text, ...] = ()
    metrics: tuple[Text, ...] = ()
    text: str = ""
    see: tuple[Text, ...] = ()
    lecture: tuple[Text, ...] = ()
    mitchell: str = ""
    source: str = ""

    @property
    def title(self) -> str:
        """The term with a capital letter."""
        return self.term[:1].upper() + self.term[1:]

    @property
    def sources(self) -> str:
        """Where this can be read, in Markdown; empty for words of this program's own."""
        said = []
        if self.lecture:
            said.append("Lecture: " + ", ".join(_quoted(heading) for heading in self.lecture) + ".")
        if self.mitchell:
            said.append(f"T. Mitchell, *Machine Learning* (1997), {self.mitchell}.")
        if self.source and self.source != PROGRAM:
            said.append(self.source)
        return " ".join(said)

    def page(self) -> str:
        """Return the entry as a page in Markdown."""
        symbol = f" ${self.symbol}$" if self.symbol else ""
        names = [name for name in self.also if name.casefold() != self.term.casefold()]
        parts = [f"# {self.title}{symbol}", self.tip]
        if self.formula:
            parts.append(f"$${self.formula}$$")
        if self.text:
            parts.append(self.text)
        if names:
            parts.append("Also: " + ", ".join(names) + ".")
        if self.settings:
            parts.append("In lesson files: " + ", ".join(f"`{name}`" for name in self.settings) + ".")
        parts.append(self.sources or "A word of this program.")
        return "\n\n".join(parts) + "\n"


class _File(Record, frozen=True):
    """The file: a list of entries."""

    entry: tuple[Entry, ...]


class Glossary:
    """All entries, in alphabetical order.

    Parameters
    ----------
    entries : sequence of Entry
        In any order.
    where : str
        What they come from, for messages.

    Raises
    ------
    LabError
        If a name is given twice, or "see also" names a term that does not exist.
    """

    def __init__(self, entries: tuple[Entry, ...], where: str = "") -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.term.casefold()))
        self._by_name: dict[str, Entry] = {}
        self._by_use: dict[tuple[str, str], Entry] = {}
        start = f"{where}: " if where else ""
        for entry in self.entries:
            for name in (entry.term, *entry.also):
                key = _key(name)
                other = self._by_name.setdefault(key, entry)
                if other is not entry:
                    raise LabError(f"{start}{name!r} is in {other.term!r} and in {entry.term!r}; leave one of them out")
            for kind, names in (("setting", entry.settings), ("metric", entry.metrics)):
                for name in names:
                    if self._by_use.setdefault((kind, name), entry) is not entry:
                        raise LabError(f"{start}the {kind} {name!r} is explained twice; leave one of them out")
        for entry in self.entries:
            for name in entry.see:
                if self.find(name) is None:
                    raise LabError(f"{start}{entry.term!r}: see also {name!r}, which is no term; correct the name")

    def find(self, name: str) -> Entry | None:
        """Return the entry of a term or of another name of it, however it is capitalised."""
        return self._by_name.get(_key(name))

    def for_setting(self, name: str) -> Entry | None:
        """Return the entry that explains a setting such as ``training.learning_rate``."""
        return self._by_use.get(("setting", name))

    def for_metric(self, name: str) -> Entry | None:
        """Return the entry that explains a quantity such as ``error_rate``."""
        return self._by_use.get(("metric", name))


def read_glossary(file: Path) -> Glossary:
    """Read a glossary.

    Parameters
    ----------
    file : Path
        TOML with one table ``[[entry]]`` a term.

    Raises
    ------
    LabError
        If the file cannot be read or is not as it should be; the message names the entry.
    """
    try:
        found = convert(tomllib.loads(file.read_text("utf-8")), _File, str(file))
    except OSError as error:
        raise LabError(f"{file}: cannot be read ({error.strerror or error})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(f"{file}: is not TOML ({error}); correct that line") from None
    for entry in found.entry:
        if _faulty(entry):
            raise LabError(f"{file}: {entry.term!r}: the tip must be plain text that ends with a full stop")
    return Glossary(found.entry, str(file))


@cache
def glossary() -> Glossary:
    """Return the glossary that ships with the program."""
    return read_glossary(path("glossary.toml"))


def tip(term: str) -> str:
    """Return one plain sentence about a term, for a tooltip; empty if the glossary does not know it."""
    entry = glossary().find(term)
    return entry.tip if entry is not None else ""


def setting_tip(name: str) -> str:
    """Return one plain sentence about the term behind a setting; empty if there is none."""
    entry = glossary().for_setting(name)
    return entry.tip if entry is not None else ""


def metric_tip(name: str) -> str:
    """Return one plain sentence about a quantity of the curves; empty if there is none."""
    entry = glossary().for_metric(name)
    return entry.tip if entry is not None else ""


def explained(text: str, *terms: str) -> str:
    """Return a text for a tooltip with the sentences of terms below it, each after its term.

    Parameters
    ----------
    text : str
        What is said anyway; may be empty.
    *terms : str
        Terms or other names of them; what the glossary does not know is left out.
    """
    entries = dict.fromkeys(entry for entry in map(glossary().find, terms) if entry is not None)
    return "\n".join([*([text] if text else []), *(f"{entry.title}: {entry.tip}" for entry in entries)])


def plain_page(entry: Entry) -> str:
    """Return an entry as text without markup, formulas in letters."""
    lines = []
    for token in parse(entry.page()):
        if token.type in ("math_block", "math_block_label"):
            lines.append(plain(token.content.strip()))
        elif token.type == "inline":
            lines.append("".join(_word(child.type, child.content) for child in token.children or ()))
    return "\n".join(lines)


def _word(kind: str, content: str) -> str:
    if kind in MATH:
        return plain(content)
    return " " if kind in ("softbreak", "hardbreak") else content


def _key(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def _quoted(heading: str) -> str:
    return heading if heading.startswith("“") and heading.endswith("”") else f"“{heading}”"


def _faulty(entry: Entry) -> bool:
    return not entry.tip.endswith(".") or any(sign in entry.tip for sign in "\n$\\*`<")
