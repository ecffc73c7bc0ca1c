"""The drawn heads: the same every time, in the range of the photographs, turned the way their names say."""

from __future__ import annotations

import numpy as np
import pytest

from nlcore.faces import heads, names
from nlcore.faces.drawing import Body, Canvas, rotation
from nlcore.faces.sources import reduce_by_4


def test_all_names_have_a_picture() -> None:
    pictures = heads.all_full_size()
    assert pictures.keys() == heads.quarter_size().keys() == names.stems()
    assert {picture.shape for picture in pictures.values()} == {(120, 128)}
    assert {picture.dtype for picture in pictures.values()} == {np.dtype(np.uint8)}
    assert not any(picture.flags.writeable for picture in pictures.values())


def test_small_pictures_are_the_means_of_the_large() -> None:
    name = "steffi_right_happy_sunglasses"
    small = heads.quarter_size()[name]
    np.testing.assert_array_equal(small, np.rint(reduce_by_4(heads.full_size(name))))
    assert not small.flags.writeable


def test_grey_values_are_like_those_of_the_photographs() -> None:
    values = np.array(list(heads.quarter_size().values()))
    assert values.max() <= heads.BRIGHTEST
    assert 34 < values.mean() < 44
    assert 20 < values.std() < 40


def test_pictures_follow_from_the_seed() -> None:
    before = heads.full_size("an2i_up_sad_open").copy()
    heads.all_full_size.cache_clear()
    np.testing.assert_array_equal(heads.full_size("an2i_up_sad_open"), before)
    different = sum(
        not np.array_equal(a, b) for a, b in zip(*(heads.all_full_size(s).values() for s in (2, 3)), strict=True)
    )
    assert different == 624


def test_left_is_the_persons_own_left() -> None:
    assert rotation(40, 0, 0)[0, 2] > 0  # the nose points to the picture's right
    small = heads.quarter_size()
    face = np.arange(32.0)

    def middle(pose: str) -> float:
        rows = np.array([small[name.stem][10:17] for name in names.all_names() if name.pose == pose])
        bright = np.maximum(rows.mean(axis=(0, 1)) - 45.0, 0.0)
        return float(bright @ face / bright.sum())

    assert middle("right") + 2 < middle("straight") < middle("left") - 2


def test_sunglasses_are_dark() -> None:
    def eyes(userid: str, kind: str) -> float:
        wanted = [n.stem for n in names.all_names() if (n.userid, n.pose, n.eyes) == (userid, "straight", kind)]
        return float(np.mean([heads.quarter_size()[stem][11:14, 12:20] for stem in wanted]))

    for userid in names.userids():
        assert eyes(userid, "sunglasses") < eyes(userid, "open")


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        heads.full_size("nobody_left_angry_open")


def test_a_sphere_is_drawn_where_it_is() -> None:
    canvas = Canvas(np.zeros((40, 50), dtype=np.float32))
    body = Body(20.0, 15.0, 10.0, rotation(25, 10, 5), np.array([0.0, 0.0, 1.0]))
    canvas.ellipsoid(body, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), lambda spots: (np.ones_like(spots.x), None))
    rows, columns = np.mgrid[0:40, 0:50] + 0.5
    far = np.hypot(rows - 15.0, columns - 20.0)
    np.testing.assert_allclose(canvas.picture, np.clip(10.5 - far, 0.0, 1.0), atol=1e-4)
    assert canvas.picture.sum() == pytest.approx(np.pi * 100, rel=0.01)


def test_a_spot_knows_its_place_and_its_light() -> None:
    turn = rotation(30, 20, 10)
    light = np.array([0.6, 0.0, 0.8])
    seen = []
    canvas = Canvas(np.zeros((60, 60), dtype=np.float32))
    axes = np.array([1.0, 0.7, 1.4])
    centre = np.array([0.2, -0.1, 0.3])

    def paint(spots):  # type: ignore[no-untyped-def]
        seen.append(spots)
        return spots.light, None

    canvas.ellipsoid(Body(30.0, 30.0, 12.0, turn, light), tuple(centre), tuple(axes), paint)
    (spots,) = seen
    at = np.stack([spots.x, spots.y, spots.z], axis=-1)[10:14, 10:14] - centre
    np.testing.assert_allclose(((at / axes) ** 2).sum(-1), 1.0, atol=1e-4)  # on the surface
    normal = (at / axes**2) @ turn.T
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    np.testing.assert_allclose(spots.light[10:14, 10:14], np.maximum(normal @ light, 0.0), atol=1e-4)
    assert (normal[..., 2] > 0).all()  # on the side of the viewer


def test_what_is_in_front_hides_what_is_behind() -> None:
    canvas = Canvas(np.zeros((20, 20), dtype=np.float32))
    body = Body(10.0, 10.0, 1.0, rotation(0, 0, 0), np.array([0.0, 0.0, 1.0]))
    for depth, tone in ((5.0, 0.9), (-5.0, 0.1)):
        canvas.ellipsoid(
            body, (0.0, 0.0, depth), (4.0, 4.0, 1.0), lambda spots, tone=tone: (np.full_like(spots.x, tone), None)
        )  # type: ignore[misc]
    assert canvas.picture[10, 10] == pytest.approx(0.9)
    canvas.ellipsoid(body, (500.0, 0.0, 0.0), (1.0, 1.0, 1.0), lambda spots: (spots.x, None))  # outside: nothing
