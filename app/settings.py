"""What the program remembers between two starts: theme, speed, window and layouts.

A small TOML file in the user's configuration folder. A file that cannot be read is no reason not to start: the program
then begins with its defaults.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs
import tomli_w

from nlcore.errors import ExperimentError
from nlcore.experiment import Record, convert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ThemeChoice = Literal["system", "light", "dark"]


class Settings(Record, frozen=True):
    """The remembered choices.

    Attributes
    ----------
    theme : str
        "system", "light" or "dark".
    speed : str
        Label of the playback speed.
    geometry : str
        Place and size of the window, in Qt's own format, base64.
    layouts : dict of str to str
        For each lesson the arrangement of its panes, in Qt's own format, base64.
    last_lesson : str
        Opened at the next start.
    text_percent : int
        Size of all texts, in percent of the system's.
    recent_files : tuple of str
        Paths of files that were opened or saved, the newest first.
    last_folder : str
        Where a file was opened or saved last.
    own_layouts : tuple of str
        Digests of the layouts that this program has put into session files: only these are trusted when opened.
    lessons_folder : str
        Where own lessons are; empty for the usual place.
    """

    theme: ThemeChoice = "system"
    speed: str = ""
    geometry: str = ""
    layouts: dict[str, str] = msgspec.field(default_factory=dict)
    last_lesson: str = ""
    text_percent: int = 100
    recent_files: tuple[str, ...] = ()
    last_folder: str = ""
    own_layouts: tuple[str, ...] = ()
    lessons_folder: str = ""

    def replace(self, **changes: Any) -> Settings:
        """Return a copy with some choices changed."""
        return msgspec.structs.replace(self, **changes)


def settings_path() -> Path:
    """Return the file; it may not exist."""
    return Path(platformdirs.user_config_dir("nllab")) / "settings.toml"


def load_settings() -> Settings:
    """Read the remembered choices; the defaults if there are none or the file is damaged."""
    path = settings_path()
    try:
        return convert(tomllib.loads(path.read_text("utf-8")), Settings, str(path))
    except (OSError, ValueError, RecursionError, ExperimentError):
        return Settings()


def save_settings(settings: Settings) -> str:
    """Write the choices, all or nothing; return a sentence if that failed."""
    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            tomli_w.dump(msgspec.to_builtins(settings), file)
        Path(name).replace(path)
    except OSError as error:
        return f"The settings could not be saved in {path}: {error.strerror or error}"
    return ""
