"""The examples of a run as arrays: how a session file holds them, and how they come back.

Generated, imported and edited examples are stored as they are. The face photographs are not: they belong to others. Of
them a file holds the names and a digest of the pixels, and they are looked for on the machine on which it is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from nlcore.datasets import Data, ExampleSet, Scaling
from nlcore.errors import DataError, LabError, SessionFileError
from nlcore.experiment import Record
from nlcore.faces import names as face_names
from nlcore.faces import places
from nlcore.records import SET_NAMES, FloatArray, SetName, read_only
from nlcore.storage_zip import Member, Reader, damaged, told

PHOTOGRAPHS = "cmu"
"""The `source` of data whose inputs are photographs that may not be passed on."""
GREY_VALUES = 255.0


class StoredData(Record, frozen=True):
    """What a session file says of a data set besides its arrays; see `nlcore.datasets.Data`.

    Attributes
    ----------
    photographs : str
        Digest of the inputs that are photographs, example after example; empty if there are none.
    standardised : bool
        Whether there is an array of the means and standard deviations by which the inputs were standardised.
    """

    name: str
    source: str
    midpoint: float
    class_names: tuple[str, ...] | None = None
    image_shape: tuple[Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]] | None = None
    attribution: str = ""
    notes: tuple[str, ...] = ()
    photographs: str = ""
    standardised: bool = False


def write_data(data: Data, number: int) -> tuple[StoredData, list[Member]]:
    """Return a data set as members of a container."""
    folder, members, digest = f"data{number}", [], hashlib.sha256()
    pixels = None
    if data.source == PHOTOGRAPHS:
        with contextlib.suppress(LabError):  # broken meanwhile: as if they had gone
            pixels = _photographs()
    n_photographs = 0
    for set_name, examples in data.sets.items():
        place = f"{folder}/{set_name}"
        inputs = examples.inputs
        if data.source == PHOTOGRAPHS:
            own = _own_rows(examples, pixels)
            digest.update(np.ascontiguousarray(np.delete(inputs, own, axis=0)).tobytes())
            n_photographs += len(inputs) - len(own)
            inputs = inputs[own]
            members.append(Member(f"{place}/own.npy", own))
        members += [
            Member(f"{place}/inputs.npy", _packed(inputs)),
            Member(f"{place}/targets.npy", examples.targets),
            *_write_texts(f"{place}/names", examples.names),
        ]
    members += _write_texts(f"{folder}/input_names", data.input_names)
    members += _write_texts(f"{folder}/output_names", data.output_names)
    if data.scaling is not None:
        members.append(Member(f"{folder}/scaling.npy", np.stack([data.scaling.means, data.scaling.sds])))
    stored = StoredData(
        name=data.name,
        source=data.source,
        midpoint=data.midpoint,
        class_names=data.class_names,
        image_shape=data.image_shape,
        attribution=data.attribution,
        notes=data.notes,
        photographs=digest.hexdigest() if n_photographs else "",
        standardised=data.scaling is not None,
    )
    return stored, members


def read_data(reader: Reader, stored: StoredData, number: int) -> Data:
    """Return a data set from a container.

    Raises
    ------
    SessionFileError
        If its parts do not fit together, or it needs photographs that are not on this machine.
    """
    folder, digest = f"data{number}", hashlib.sha256()
    pixels = _photographs_for(reader.where) if stored.photographs else None
    sets: dict[SetName, ExampleSet] = {}
    input_names = _read_texts(reader, f"{folder}/input_names")
    output_names = _read_texts(reader, f"{folder}/output_names")
    for set_name in SET_NAMES:
        place = f"{folder}/{set_name}"
        names = _read_texts(reader, f"{place}/names")
        inputs = _read_inputs(reader, f"{place}/inputs.npy", len(input_names))
        targets = reader.array(f"{place}/targets.npy", "<f8", (len(names), len(output_names)))
        if pixels is not None:
            own = reader.array(f"{place}/own.npy", "<i8", (len(inputs),))
            inputs, seen = _with_photographs(reader.where, names, inputs, own, pixels)
            digest.update(seen.tobytes())
        if len(inputs) != len(names):
            raise damaged(reader.where, f"{place} has {len(inputs)} examples but {len(names)} names")
        try:
            sets[set_name] = ExampleSet.of(inputs, targets, names)
        except DataError as error:
            raise damaged(reader.where, str(error)) from None
    if stored.photographs and digest.hexdigest() != stored.photographs:
        raise SessionFileError(
            f"{reader.where}: was made with other face photographs than those on this computer; "
            "get the original images (nllab data get faces)"
        )
    _check(reader.where, stored, len(input_names), len(output_names))
    return Data(
        name=stored.name,
        source=stored.source,
        training=sets["training"],
        validation=sets["validation"],
        test=sets["test"],
        input_names=input_names,
        output_names=output_names,
        class_names=stored.class_names,
        midpoint=stored.midpoint,
        image_shape=stored.image_shape,
        attribution=stored.attribution,
        notes=stored.notes,
        scaling=_read_scaling(reader, f"{folder}/scaling.npy", len(input_names)) if stored.standardised else None,
    )


def _read_scaling(reader: Reader, name: str, n_inputs: int) -> Scaling:
    means, sds = reader.array(name, "<f8", (2, n_inputs))
    if not np.isfinite(means).all() or not np.isfinite(sds).all() or (sds < 0.0).any():
        raise damaged(reader.where, f"{name} holds no means and standard deviations")
    return Scaling(read_only(means), read_only(sds))


def _check(where: str, stored: StoredData, n_inputs: int, n_outputs: int) -> None:
    n_classes = 2 if n_outputs == 1 else n_outputs
    if not n_inputs or not n_outputs:
        raise damaged(where, "its examples have no inputs or no targets")
    if stored.class_names is not None and len(stored.class_names) != n_classes:
        raise damaged(where, f"there are {n_classes} classes but {len(stored.class_names)} names of classes")
    if stored.image_shape is not None and stored.image_shape[0] * stored.image_shape[1] != n_inputs:
        raise damaged(where, f"its pictures have another number of pixels than {n_inputs}")


# --- photographs -----------------------------------------------------------------------------------------------------


def _photographs() -> Mapping[str, FloatArray] | None:
    """Return the inputs that the photographs on this machine are, by their names; None if there are none."""
    faces, _ = places.find_faces()
    return None if faces is None else {stem: image.ravel() / GREY_VALUES for stem, image in faces.pixels.items()}


def _photographs_for(where: str) -> Mapping[str, FloatArray]:
    try:
        found = _photographs()
    except LabError as error:
        raise SessionFileError(f"{where}: needs the CMU face images, which it does not hold: {error}") from None
    if found is None:
        raise SessionFileError(
            f"{where}: needs the CMU face images, which it does not hold and which were not found on this computer; "
            f"download them (nllab data get faces) or set {places.VARIABLE} to their folder, then open it again"
        )
    return found


def _own_rows(examples: ExampleSet, pixels: Mapping[str, FloatArray] | None) -> NDArray[np.int64]:
    """Return which examples are the person's own, shape (n,): edited or added ones.

    If the photographs have gone meanwhile, those with the name of one count as one; the digest tells in the end.
    """
    stems, found = face_names.stems(), []
    for row, name in enumerate(examples.names):
        known = pixels.get(name) if pixels is not None else None
        is_photograph = name in stems if pixels is None else known is not None and _same(known, examples.inputs[row])
        if not is_photograph:
            found.append(row)
    return np.array(found, dtype=np.int64)


def _with_photographs(
    where: str,
    names: Sequence[str],
    own_inputs: FloatArray,
    own: NDArray[np.int64],
    pixels: Mapping[str, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Return all inputs of a set, and the photographs among them."""
    if len(set(own.tolist())) != len(own) or not all(0 <= row < len(names) for row in own.tolist()):
        raise damaged(where, "its own examples have wrong places")
    rest = [int(row) for row in np.delete(np.arange(len(names)), own)]
    missing = [names[row] for row in rest if names[row] not in pixels]
    if missing or (len(rest) and own_inputs.shape[1] != len(next(iter(pixels.values())))):
        raise damaged(where, "it names face images that do not exist")
    inputs = np.empty((len(names), own_inputs.shape[1]))
    inputs[own] = own_inputs
    for row in rest:
        inputs[row] = pixels[names[row]]
    return inputs, np.ascontiguousarray(inputs[rest])


def _same(one: FloatArray, other: FloatArray) -> bool:
    return one.tobytes() == other.tobytes()


# --- arrays ----------------------------------------------------------------------------------------------------------


def _packed(inputs: FloatArray) -> NDArray[Any]:
    """Return inputs that are grey values / 255, without any loss, as the grey values themselves."""
    if not inputs.size or inputs.min() < 0.0 or inputs.max() > 1.0:
        return inputs
    grey = np.rint(inputs * GREY_VALUES).astype(np.uint8)
    return grey if _same(grey / GREY_VALUES, inputs) else inputs


def _read_inputs(reader: Reader, name: str, n_inputs: int) -> FloatArray:
    found = reader.any_array(name)
    if found.dtype == np.uint8:
        return reader.array(name, "|u1", (None, n_inputs)) / GREY_VALUES
    return reader.array(name, "<f8", (None, n_inputs))


def _write_texts(name: str, texts: Sequence[str]) -> list[Member]:
    """Return many short texts as two arrays: all their bytes, and how many belong to each."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    letters = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    lengths = np.array([len(text) for text in encoded], dtype=np.int64)
    return [Member(f"{name}.npy", letters), Member(f"{name}_lengths.npy", lengths)]


def _read_texts(reader: Reader, name: str) -> tuple[str, ...]:
    raw = reader.array(f"{name}.npy", "|u1", (None,)).tobytes()
    lengths = reader.array(f"{name}_lengths.npy", "<i8", (None,)).tolist()
    if any(length < 0 for length in lengths) or sum(lengths) != len(raw):
        raise damaged(reader.where, f"{name} does not fit its lengths")
    found, start = [], 0
    with told(reader.where):
        for length in lengths:
            found.append(raw[start : start + length].decode("utf-8"))
            start += length
    return tuple(found)
