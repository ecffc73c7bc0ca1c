"""The point of a convex hull that is nearest to the origin, found exactly in finitely many steps.

This one small problem answers two questions about two classes. Applied to the points y (1, x) its distance from the
origin is the largest margin gamma and its direction the best separator; if the distance is 0 the classes cannot be
separated, and the way the points combine to 0 proves it.

Wolfe's method keeps a set of affinely independent points, the corral. It steps to the nearest point of the corral's
affine hull, drops corral points whose share would become negative, and adds the point that looks furthest beyond the
supporting plane, until none does. The corral is held as an orthonormal basis that is changed, not recomputed, at
every step: the points are lifted to (1, p) so that small distances cost no digits. With R the length of the longest
point, the relative error is about 1e-16 R / distance for most inputs and a few 1e-16 (R / distance)^2 at worst (points
on a grid); 200 points in the plane take about 1 ms.

Source: P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976), pp. 128-149.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nlcore.records import FloatArray, read_only

EPSILON = float(np.finfo(np.float64).eps)
STEPS_PER_POINT = 50
"""Far more steps than were ever seen for each dimension and point; a limit only against endless loops."""
PATIENCE = 10
"""Rounds of correction that may pass without a larger product."""


@dataclass(frozen=True, slots=True, eq=False)
class MinimumNormPoint:
    """The point of a convex hull nearest to the origin, with its proof.

    Attributes
    ----------
    point : ndarray, shape (d,)
        The nearest point.
    multipliers : ndarray, shape (n,)
        Not negative, sum 1; their combination of the points is `point`. At most d + 1 are not 0.
    direction : ndarray, shape (d,)
        Unit vector towards it, with the last digits corrected; 0 where `attained` is 0.
    distance : float
        Length of `point`. No direction has a smallest product with the points above this (apart from rounding).
    attained : float
        Smallest product of the points with `direction`; equals `distance` apart from rounding. Exactly 0 if it cannot
        be told from 0, so that a positive value proves that the hull avoids the origin.
    steps : int
        Rounds that the search took.
    """

    point: FloatArray
    direction: FloatArray
    multipliers: FloatArray
    distance: float
    attained: float
    steps: int


class _Corral:
    """Affinely independent points p, as an orthonormal basis of the lifted points (1, p).

    With the lifted points as columns of A it holds Q = A T with orthonormal columns. T need not be triangular, so a
    point leaves by one reflection.
    """

    def __init__(self, points: FloatArray, members: list[int]) -> None:
        self.points = points
        self.become(members)

    def become(self, members: list[int]) -> None:
        """Hold these points, with a basis computed anew."""
        self.members = list(members)
        lifted = np.vstack([np.ones(len(self.members)), self.points[self.members].T])
        self.basis, triangle = np.linalg.qr(lifted)
        self.combine = np.linalg.inv(triangle)

    def add(self, member: int) -> bool:
        """Take in a point; tell whether it is independent of the others."""
        rest = np.concatenate([[1.0], self.points[member]])
        along = self.basis.T @ rest
        rest -= self.basis @ along
        again = self.basis.T @ rest  # once more, for what rounding left
        rest -= self.basis @ again
        length = float(np.linalg.norm(rest))
        if length < 4 * EPSILON:
            return False
        k = len(self.members)
        combine = np.zeros((k + 1, k + 1))
        combine[:k, :k] = self.combine
        combine[:k, k] = self.combine @ (along + again) / -length
        combine[k, k] = 1.0 / length
        self.combine = combine
        self.basis = np.column_stack([self.basis, rest / length])
        self.members.append(member)
        return True

    def remove(self, place: int) -> None:
        """Let a point go: reflect the basis so that only its last vector uses the point, and drop that one."""
        mirror = self.combine[place].copy()
        mirror[-1] += math.copysign(float(np.linalg.norm(mirror)), mirror[-1])
        mirror /= np.linalg.norm(mirror)
        self.combine = self.combine - np.outer(self.combine @ mirror, 2.0 * mirror)
        self.basis = (self.basis - np.outer(self.basis @ mirror, 2.0 * mirror))[:, :-1]
        self.combine = np.delete(self.combine[:, :-1], place, axis=0)
        del self.members[place]

    def shares(self) -> FloatArray:
        """Return the shares (sum 1, any sign) of the point of the affine hull that is nearest to the origin."""
        found = self.combine @ self.basis[0]  # the projection of (1, 0, ..., 0) on the lifted points
        with np.errstate(divide="ignore", invalid="ignore"):  # not finite where the members depend on each other
            return np.asarray(found / found.sum())

    def direction(self) -> FloatArray:
        """Return the unit vector that has the same product with all members and is a combination of them.

        It points to the nearest point of the affine hull, but where that is close to the origin its direction keeps
        more digits this way. All 0 where the members are dependent, that is, where the hull touches the origin.
        """
        if len(self.members) > self.points.shape[1]:
            return np.zeros(self.points.shape[1])
        basis, triangle = np.linalg.qr(self.points[self.members].T)
        if np.min(np.abs(np.diag(triangle))) < EPSILON:
            return np.zeros(self.points.shape[1])
        found = basis @ np.linalg.solve(triangle.T, np.ones(len(self.members)))
        return np.asarray(found / np.linalg.norm(found))


def minimum_norm_point(points: FloatArray) -> MinimumNormPoint:
    """Return the point of the convex hull of some points that is nearest to the origin.

    Parameters
    ----------
    points : ndarray, shape (n, d)
        At least one, all finite. Duplicates and dependent points do no harm.

    Raises
    ------
    ArithmeticError
        If the limit of steps is reached, which no input was seen to do.
    """
    exponent = exponent_above(points)
    scaled = np.ldexp(points, -exponent)  # lengths at most 1; a power of two costs no digit
    corral = _Corral(scaled, [int(np.argmin(np.einsum("ij,ij->i", scaled, scaled)))])
    shares, steps = _descend(scaled, corral)
    found = _correct(scaled, corral, shares)
    multipliers = np.zeros(len(scaled))
    multipliers[found.members] = found.shares
    point = scaled[found.members].T @ found.shares
    sure = found.attained > rounding(scaled.shape[1])
    return MinimumNormPoint(
        read_only(np.ldexp(point, exponent)),
        read_only(found.direction if sure else np.zeros_like(point)),
        read_only(multipliers),
        math.ldexp(float(np.linalg.norm(point)), exponent),
        math.ldexp(found.attained, exponent) if sure else 0.0,
        steps,
    )


def rounding(d: int) -> float:
    """Return how large a product of two vectors of length at most 1 must be to differ from 0 for certain."""
    return 2.0 * (d + 2) * EPSILON


def exponent_above(points: FloatArray) -> int:
    """Return an exponent such that 2^exponent exceeds the lengths of all points, without overflow on the way."""
    first = int(np.frexp(np.max(np.abs(points)))[1])
    lengths = np.linalg.norm(np.ldexp(points, -first), axis=1)
    return first + max(int(np.frexp(lengths.max())[1]), 0)


def _descend(points: FloatArray, corral: _Corral) -> tuple[FloatArray, int]:
    """Move the corral until the distance no longer falls; return the shares of its members and the number of rounds."""
    shares = np.ones(1)
    point = points[corral.members[0]].copy()
    for step in range(STEPS_PER_POINT * (sum(points.shape) + 1)):
        length = float(np.linalg.norm(point))
        if length <= EPSILON:
            return shares, step
        before, better = list(corral.members), None
        products = points @ (point / length)
        furthest = int(np.argmin(products))
        if furthest not in before and products[furthest] < np.min(products[before]) - 2 * EPSILON:
            better = _extended(corral, shares, furthest)
        if better is not None:
            after = points[corral.members].T @ better
            if float(np.linalg.norm(after)) < length:
                shares, point = better, after
                continue
        corral.become(before)
        return shares, step
    raise ArithmeticError("the nearest point of the hull was not found within the limit of steps")


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A corral with the smallest product that its direction attains."""

    attained: float
    direction: FloatArray
    members: list[int]
    shares: FloatArray


def _correct(points: FloatArray, corral: _Corral, shares: FloatArray) -> _Found:
    """Go on from the end of the descent with exact directions, as long as the attained product rises now and then.

    Near the optimum the distance falls by less than its last digit while the attained product, which changes in first
    order where the distance changes in second, still has half of its digits to win.
    """
    best: _Found | None = None
    limit, idle = np.inf, 0
    while True:
        fresh = corral.shares()
        shares = fresh if np.all(np.isfinite(fresh)) and np.min(fresh) > 0.0 else shares
        point = points[corral.members].T @ shares
        length = float(np.linalg.norm(point))
        limit = min(limit, length + 8 * EPSILON)
        direction = corral.direction()
        if not np.any(direction) and length > 0.0:
            direction = point / length
        products = points @ direction
        furthest = int(np.argmin(products))
        found = _Found(float(products[furthest]), direction, list(corral.members), shares)
        if best is None or (found.attained > best.attained and length <= limit):
            best, idle = found, 0
        else:
            idle += 1
        settled = products[furthest] >= np.min(products[found.members]) - 2 * EPSILON
        if settled or length <= EPSILON or length > limit or idle == PATIENCE or furthest in found.members:
            return best
        extended = _extended(corral, shares, furthest)
        if extended is None:
            return best
        shares = extended
        corral.become(corral.members)


def _extended(corral: _Corral, shares: FloatArray, member: int) -> FloatArray | None:
    """Take in a point, then drop members until the nearest point of their affine hull lies inside their hull.

    Parameters
    ----------
    corral : _Corral
        Changed in place.
    shares : ndarray, shape (members,)
        Of the present point, none negative.
    member : int
        The new point.

    Returns
    -------
    ndarray, shape (new members,), or None
        The shares of that nearest point; None if the new point depends on the members.
    """
    if not corral.add(member):
        return None
    shares = np.append(shares, 0.0)
    while True:
        wanted = corral.shares()
        if not np.all(np.isfinite(wanted)):
            return None
        falling = np.flatnonzero(wanted <= 0.0)
        if len(falling) == 0:
            return wanted
        drop = shares[falling] - wanted[falling]
        way = np.divide(shares[falling], drop, out=np.zeros(len(falling)), where=drop > 0.0)
        first = int(np.argmin(way))
        shares = (1.0 - way[first]) * shares + way[first] * wanted
        place = int(falling[first])
        corral.remove(place)
        shares = np.maximum(np.delete(shares, place), 0.0)
        shares /= shares.sum()
