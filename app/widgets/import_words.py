"""Messages of the data sets in the words of the import dialogs, which have controls where a lesson file has names."""

from __future__ import annotations

WORDS = (
    ("set task = classification", "choose “A class” at “Target is”"),
    ("or leave such rows out (missing = drop)", "or tick “Leave out rows with missing values”"),
    ("set header = no", "choose “No header” at “First row”"),
    ("set separator to what stands between the values", "choose what stands between the values at “Separator”"),
    ("or set decimal = comma if these are numbers", "or choose the comma as decimal sign if these are numbers"),
    ("leave it out (ignore)", "take its tick away at “Columns”"),
    ("leave a column out (ignore) if it has no values", "take the tick of a column away if it has no values"),
    ("leave fewer columns out (ignore)", "tick more columns"),
    ("or name the column in categories", "or tick the column as categories"),
    ("choose another target (target)", "choose another target"),
    ("validation_fraction and test_fraction leave nothing", "Validation and test leave nothing"),
    ("make validation_fraction and test_fraction smaller", "make the shares of validation and test smaller"),
    ("set label = name", "choose the name of the file at “Class is”"),
    ("set label = folder", "choose the subfolder at “Class is”"),
    ("set rows and columns to resize them all", "tick “Resize” to make them all alike"),
    ("make rows and columns smaller", "resize them to fewer pixels"),
)
PREFIXES = ("dataset.target: ", "dataset.set_column: ", "dataset.ignore: ", "dataset.categories: ", "dataset.path: ")


def plain(message: str, name: str = "") -> str:
    """Return a message as a sentence of the dialog; an empty one stays empty.

    Parameters
    ----------
    message : str
        Of an error or a note.
    name : str
        Of the file, which stands in the dialog anyway.
    """
    for prefix in (f"{name}: ", *PREFIXES, "dataset: "):
        message = message.removeprefix(prefix)
    for old, new in WORDS:
        message = message.replace(old, new)
    if not message:
        return ""
    end = "" if message.endswith((".", "?", "!")) else "."
    return message[:1].upper() + message[1:] + end
