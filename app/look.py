"""How the window looks: bundled fonts, palettes and icons.

Fusion with our own palette looks the same on every system, and switching between light and dark is one call.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.settings import ThemeChoice
from app.theme import DARK, LIGHT, THEMES, Theme
from assets import path

FONTS = ("Inter-Regular.otf", "Inter-Bold.otf", "Inter-Italic.otf", "Inter-BoldItalic.otf", "DejaVuSans.ttf")
FAMILIES = ("Inter", "DejaVu Sans")


def load_fonts(application: QApplication) -> None:
    """Make the bundled fonts those of the application, at the system's size."""
    for name in FONTS:
        QFontDatabase.addApplicationFont(str(path(f"fonts/{name}")))
    font = QFont(application.font())
    font.setFamilies(list(FAMILIES))
    application.setFont(font)


def chosen_theme(choice: ThemeChoice) -> Theme:
    """Return the theme of a choice; "system" follows the system's."""
    if choice != "system":
        return THEMES[choice]
    is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return DARK if is_dark else LIGHT


def apply_palette(application: QApplication, theme: Theme) -> None:
    """Give the whole application the colours of a theme."""
    application.setPalette(palette_of(theme))


def palette_of(theme: Theme) -> QPalette:
    """Return the palette of a theme."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.base,
        QPalette.ColorRole.AlternateBase: theme.window,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.bad,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.LinkVisited: theme.accent,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Accent: theme.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette


@lru_cache(maxsize=128)
def icon(name: str, theme: Theme | None = None) -> QIcon:
    """Return an icon of our own in the text colour of a theme, or in its own colours without one."""
    source = path(f"icons/{name}.svg").read_text("utf-8")
    found = QIcon()
    tints = (
        {QIcon.Mode.Normal: theme.text, QIcon.Mode.Disabled: theme.line} if theme else {QIcon.Mode.Normal: "#000000"}
    )
    for mode, colour in tints.items():
        renderer = QSvgRenderer(QByteArray(source.replace("#000000", colour).encode()))
        for size in (16, 24, 32, 48, 64):
            image = QImage(QSize(size, size), QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter)
            painter.end()
            found.addPixmap(QPixmap.fromImage(image), mode)
    return found
