"""The `nllab` command without a window: list, run, shot and data.

Only `shot` needs Qt, and it imports it when it draws. Errors are one clear line on standard error; the exit status is 0
when done, 1 when the run failed, 2 when the command was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import folds, headless, library, opened, repeats, shot_options
from app.files import write_text
from app.headless import Until
from app.lesson import Lesson, list_lessons, read_lesson
from app.sentences import counters_sentence, finish_sentence
from app.settings import load_settings
from app.written_values import value_of
from nlcore import discovery
from nlcore.errors import CancelledError, DataError, ExperimentError, LabError, LessonError
from nlcore.exports import SUFFIXES
from nlcore.repeats import MOST_SEEDS

SETTINGS = (
    ("--set", "changes", "change a setting, for example training.learning_rate=0.5"),
    ("--compare", "compared", "one more track, with a setting changed"),
)
SUBCOMMANDS = ("list", "run", "shot", "data", "open")
WRONG_USE, FAILED = 2, 1


def say(text: str) -> None:
    """Write one line for the person to standard error."""
    sys.stderr.write(text + "\n")


def whole_number(text: str) -> int:
    """Parse a count."""
    if not text.lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is negative")
    return value


def weights_file(text: str) -> Path:
    """Parse the name of a file for weights."""
    if Path(text).suffix.lower() not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in {' or '.join(SUFFIXES)}")
    return Path(text)


def assignment(text: str) -> tuple[str, Any]:
    """Parse NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form training.learning_rate=0.5")
    return name.strip(), value_of(value)


def parser() -> argparse.ArgumentParser:
    """Build the parser of the subcommands."""
    top = argparse.ArgumentParser(prog="nllab", description="A laboratory for learning how neural networks learn.")
    commands = top.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="what there is: lessons, data sets, rules, families, panes")
    listing.add_argument("--json", action="store_true", help="as JSON")
    run = commands.add_parser("run", help="train a lesson without a window")
    shot = commands.add_parser("shot", help="train a lesson and draw its window and panes as PNG files")
    for command in (run, shot):
        command.add_argument("lesson", help="a lesson's id, or the path of a lesson file")
        length = command.add_mutually_exclusive_group()
        length.add_argument("--epochs", type=whole_number, metavar="N", help="exactly N passes over the training set")
        length.add_argument("--updates", type=whole_number, metavar="N", help="until the weights were written N times")
        length.add_argument("--presentations", type=whole_number, metavar="N", help="exactly N examples shown")
        if command is run:
            length.add_argument(
                "--folds",
                type=whole_number,
                metavar="K",
                help="choose the number of epochs by cross-validation in K parts",
            )
        command.add_argument("--seed", type=whole_number, metavar="S", help="start weights and order follow from it")
        many: dict[str, Any] = {"type": assignment, "action": "append", "default": [], "metavar": "NAME=VALUE"}
        for flag, dest, words in SETTINGS:
            command.add_argument(flag, dest=dest, help=words, **many)
    run.add_argument("--json", metavar="FILE", help="write the result as JSON; - for standard output")
    run.add_argument("--curves", metavar="FILE.csv", type=Path, help="write all measurements as CSV")
    run.add_argument("--seeds", type=whole_number, metavar="N", help="repeat with N seeds, the first is --seed")
    run.add_argument("--new-data", action="store_true", help="with --seeds: the seeds of the data vary too")
    run.add_argument("--table", metavar="FILE.csv", type=Path, help="with --seeds: write a line for each run as CSV")
    run.add_argument("--save", metavar="FILE.nllab", type=Path, help="save the trained session, to be opened again")
    run.add_argument("--weights", metavar="FILE", type=weights_file, help="write the weights as .npz or .csv")
    saved = commands.add_parser("open", help="what is in a saved session, without a window")
    saved.add_argument("file", type=Path, help="the session file, .nllab")
    saved.add_argument("--json", metavar="FILE", nargs="?", const="-", help="write it as JSON; - for standard output")
    saved.add_argument("--curves", metavar="FILE.csv", type=Path, help="write all measurements as CSV")
    saved.add_argument(
        "--weights", metavar="FILE", type=weights_file, help="write the weights at the cursors as .npz or .csv"
    )
    shot_options.add_options(shot)
    data = commands.add_parser("data", help="where data sets are found, and downloads")
    actions = data.add_subparsers(dest="action")
    actions.add_parser("list", help="where the face images are looked for")
    get = actions.add_parser("get", help="download a data set")
    get.add_argument("name", choices=("faces",))
    get.add_argument("--url", default=None, help="another address of the same archive")
    return top


def main(arguments: Sequence[str]) -> int:
    """Run a subcommand and return the exit status."""
    options = parser().parse_args(arguments)
    handlers = {
        "list": list_command,
        "run": run_command,
        "shot": shot_command,
        "data": data_command,
        "open": opened.open_command,
    }
    try:
        return handlers[options.command](options)
    except (ExperimentError, LessonError) as error:
        say(f"nllab: {error}")
        return WRONG_USE
    except LabError as error:
        say(f"nllab: {error}")
        return FAILED
    except MemoryError:
        say("nllab: not enough memory is free for this run; choose fewer examples or a smaller network")
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has gone; nothing is lost
        return 0
    except OSError as error:
        say(f"nllab: {error.strerror or error}")
        return FAILED
    except KeyboardInterrupt:
        say("nllab: cancelled")
        return 130


def open_lesson(name: str) -> Lesson:
    """Return a lesson by its id or from a file."""
    if name.endswith(".md") or "/" in name or "\\" in name:
        return read_lesson(Path(name))
    return library.find(name, library.own_folder(load_settings().lessons_folder))


def catalogue() -> dict[str, Any]:
    """Return everything that can be found by name."""
    return {
        "lessons": [{"id": lesson.id, "title": lesson.title, "part": lesson.part} for lesson in list_lessons()],
        "own_lessons": [
            {"id": own.id, "title": own.title, "file": str(own.path), "problem": own.problem or None}
            for own in library.own_lessons(library.own_folder(load_settings().lessons_folder))
        ],
        "datasets": list(discovery.names("nlcore.datasets")),
        "rules": list(discovery.names("nlcore.rules")),
        "families": list(discovery.names("nlcore.families")),
        "panes": list(discovery.names("app.panes")),
    }


def list_command(options: argparse.Namespace) -> int:
    """`nllab list`."""
    found = catalogue()
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return 0
    part = ""
    for lesson in found["lessons"]:
        if lesson["part"] != part:
            part = lesson["part"]
            sys.stdout.write(f"{part}\n")
        sys.stdout.write(f"  {lesson['id']:<24} {lesson['title']}\n")
    if found["own_lessons"]:
        sys.stdout.write(f"{library.OWN}\n")
    for own in found["own_lessons"]:
        sys.stdout.write(f"  {own['id']:<24} {own['problem'] or own['title']}\n")
    for kind in ("datasets", "rules", "families", "panes"):
        sys.stdout.write(f"{kind}: {', '.join(found[kind])}\n")
    return 0


def check_writable(path: Path) -> None:
    """Find out before the training, not after it, that a file cannot be written."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise LabError(f"{path}: cannot be written; choose another place")


def train_lesson(options: argparse.Namespace) -> tuple[Lesson, list[headless.Track]]:
    """Train all tracks of a lesson as the options say."""
    lesson = open_lesson(options.lesson).compared(options.compared)
    changes = dict(options.changes)
    if options.seed is not None:
        changes["seed"] = options.seed
    until = Until(options.epochs, options.updates, options.presentations)
    tracks: list[headless.Track] = []
    dataset, data = None, None
    try:
        for name, experiment in lesson.tracks(changes):
            if experiment.dataset != dataset:
                dataset, data = experiment.dataset, headless.load_data(experiment)
            if getattr(options, "folds", None) is not None:
                tracks.append(folds.train(name, experiment, options.folds, data))
            else:
                tracks.append(headless.train(name, experiment, until, data))
    except ExperimentError as error:
        raise ExperimentError(f"{lesson.path.name}: {error}") from None
    return lesson, tracks


def run_command(options: argparse.Namespace) -> int:
    """`nllab run`."""
    check_seeds(options)
    written = Path(options.json) if options.json not in (None, "-") else None
    for path in (options.curves, options.table, options.save, options.weights, written):
        if path is not None:
            check_writable(path)
    if options.seeds is not None:
        return seeds_command(options)
    lesson, tracks = train_lesson(options)
    if options.curves is not None:
        headless.write_curves(options.curves, tracks)
    opened.write_outputs(options, lesson, tracks)
    if options.json == "-":
        sys.stdout.write(headless.as_json(headless.report(lesson, tracks)) + "\n")
    elif options.json is not None:
        try:
            Path(options.json).write_text(headless.as_json(headless.report(lesson, tracks)) + "\n", "utf-8")
        except OSError as error:
            raise LabError(f"{options.json}: cannot be written ({error.strerror}); choose another place") from None
    for track in tracks:
        summarise(track, sys.stderr if options.json == "-" else sys.stdout)
    return FAILED if any(track.reason.value == "errored" for track in tracks) else 0


def check_seeds(options: argparse.Namespace) -> None:
    """Refuse options that do not go together with a repetition, or only with one."""
    if options.seeds is None:
        given = [f"--{name.replace('_', '-')}" for name in ("new_data", "table") if getattr(options, name)]
        if given:
            raise ExperimentError(f"{given[0]} goes together with --seeds N; say how many runs there are")
        return
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise ExperimentError(f"--seeds: {options.seeds} runs are not possible; choose 1 to {MOST_SEEDS}")
    for name in ("updates", "presentations", "folds", "save", "weights"):
        if getattr(options, name) is not None:
            raise ExperimentError(f"--seeds does not go together with --{name}; --epochs N says how long each run is")


def seeds_command(options: argparse.Namespace) -> int:
    """`nllab run --seeds N`."""
    lesson, changes = open_lesson(options.lesson), dict(options.changes)
    if options.seed is not None:
        changes["seed"] = options.seed
    tracks = repeats.train(lesson, changes, options.seeds, options.epochs, new_data=options.new_data)
    if options.table is not None:
        repeats.write_table(options.table, tracks)
    if options.curves is not None:
        repeats.write_spread(options.curves, tracks)
    if options.json == "-":
        sys.stdout.write(headless.as_json(repeats.report(lesson, tracks)) + "\n")
    elif options.json is not None:
        write_text(Path(options.json), headless.as_json(repeats.report(lesson, tracks)) + "\n")
    for track in tracks:
        repeats.write_summary(track, sys.stderr if options.json == "-" else sys.stdout)
    return 0


def summarise(track: headless.Track, stream: Any) -> None:
    """Write what came of a track in a few lines."""
    trainer, head = track.history.trainer, track.history.head
    sentence = finish_sentence(track.reason, trainer, head)
    stream.write(f"{track.name}: {counters_sentence(head.counters)}. {sentence}".rstrip() + "\n")
    if trainer.experiment.training.learning_rate == 0.0 and trainer.model.trains:
        stream.write("  The learning rate is 0, so nothing was learnt.\n")
    for name, metrics in trainer.evaluate(head).items():
        if metrics is None:
            continue
        parts = [f"loss {metrics.loss:.6g}"]
        if metrics.mse is not None:
            parts.append(f"mse {metrics.mse:.6g}")
        if metrics.accuracy is not None:
            parts.append(f"{100 * metrics.accuracy:.1f} % correct")
        stream.write(f"  {name}: {', '.join(parts)}\n")
    data = trainer.model.data
    for note in data.notes if data else ():
        stream.write(f"  {note}\n")


def shot_command(options: argparse.Namespace) -> int:
    """`nllab shot`."""
    shot_options.check(options)
    lesson, tracks = train_lesson(options)
    for path in shot_options.draw(options, lesson, tracks):
        sys.stdout.write(f"{path}\n")
    return 0


def data_command(options: argparse.Namespace) -> int:
    """`nllab data`."""
    from nlcore.faces import download, places

    if options.action != "get":
        found = places.places()
        for place in found:
            mark = "found" if place.found else "not found"
            sys.stdout.write(f"faces  {place.kind}: {place.path}  {mark}{'; ' + place.note if place.note else ''}\n")
        if not any(place.found for place in found):
            sys.stdout.write("The lessons use drawn heads. `nllab data get faces` downloads the photographs.\n")
        return 0
    progress = headless.Progress("faces")

    def show(done: int, total: int | None) -> None:
        progress.show(done / total if total else None, f"{done / 2**20:.1f} MB")

    address = {} if options.url is None else {"url": options.url}
    try:
        where = download.download_faces(show, lambda: False, **address)
    except (DataError, CancelledError):
        progress.close()
        raise
    progress.close()
    sys.stdout.write(f"The face images are in {where}.\n")
    return 0
