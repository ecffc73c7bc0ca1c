"""Vowels as sound files: written where a person chooses, or given to the system's own player.

The program plays nothing itself. What the player gets is a file in the person's cache folder.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import platformdirs
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.files import replacing
from nlcore.errors import LabError
from nlcore.vowel_sounds import Voice, samples, wav_bytes

KEPT = 20
"""So many sounds are left in the cache folder: a player may still be reading the one before."""
ENDING = ".wav"


def file_name(word: str, voice: Voice) -> str:
    """Return the name of a file that says what is in it."""
    letters = "".join(letter for letter in word if letter.isalnum())
    f1, f2, _ = voice.formants
    return f"{letters or 'vowel'}-F0-{voice.pitch:.0f}-F1-{f1:.0f}-F2-{f2:.0f}{ENDING}"


def write_sound(path: Path, voice: Voice) -> None:
    """Write a vowel as a WAV file, whole or not at all.

    Raises
    ------
    LabError
        If it cannot be written.
    """
    made = wav_bytes(samples(voice))
    with replacing(path) as beside:
        beside.write_bytes(made)


def ask_where(parent: QWidget, name: str) -> Path | None:
    """Ask where a sound is to be saved; None if the person has changed their mind."""
    begin = Path(platformdirs.user_documents_dir())
    begin = begin if begin.is_dir() else Path.home()
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save the vowel as a sound", str(begin / name), "Sounds (*.wav)")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == ENDING else path.with_name(path.name + ENDING)


def play(word: str, voice: Voice) -> Path:
    """Give a vowel to the system's player, and return the file it was given.

    Raises
    ------
    LabError
        If the file cannot be written, or the system has no player.
    """
    folder = Path(platformdirs.user_cache_dir("nllab")) / "sounds"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"{folder}: cannot be made ({error.strerror or error}); save the sound elsewhere") from None
    path = folder / file_name(word, voice)
    write_sound(path, voice)
    _tidy(folder, path)
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        raise LabError(
            "your system has no player for sounds (WAV files); save the sound and open it elsewhere, it is also in "
            f"{path}"
        )
    return path


def _tidy(folder: Path, newest: Path) -> None:
    """Take the oldest sounds away; one that a player holds on to stays."""
    with contextlib.suppress(OSError):
        by_age = sorted(folder.glob(f"*{ENDING}"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in [file for file in by_age if file != newest][KEPT - 1 :]:
            file.unlink(missing_ok=True)
