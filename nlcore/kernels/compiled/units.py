"""The small pieces of the compiled kernel: sums, activations, error terms, changes, random order.

Each does for flat arrays what the reference loop does for lists, in the same order. The compiler inlines
them into the loop.
"""
# ruff: noqa: D103, SIM110 - the names and the reference kernel say what each does; machine code wants plain loops
# mypy: disable-error-code="no-untyped-def, no-untyped-call, attr-defined, call-arg"

from __future__ import annotations

import math

import numpy as np
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from nlcore import random
from nlcore.losses import NEAREST

# Places in arrays are unsigned: a signed one could be negative, and the check for that would cost as much as the sums.
U0, U1, U2, U3, U4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
U27, U30, U31, U32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
GOLDEN, MIX_1, MIX_2 = np.uint64(random.GOLDEN), np.uint64(random.MIX_1), np.uint64(random.MIX_2)
ORDER_KEY = np.uint64((random.GOLDEN * random.ORDER) & random.MASK)


@intrinsic
def _pointer(typing_context, address):  # pragma: no cover - machine code
    def generate(context, builder, signature, arguments):
        del context, signature
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    del typing_context
    return types.voidptr(address), generate


@njit(inline="always", error_model="numpy")
def bare(array):  # pragma: no cover - machine code
    # The same memory without an owner. Each use of an owned array is counted with an atomic instruction, which for a
    # network as small as that for XOR took three quarters of the time. The caller keeps the owner alive.
    return carray(_pointer(array.ctypes.data), array.shape, array.dtype)


def forward_layer(params, offset, n_in, n_out, source, first, nets, place):  # pragma: no cover - machine code
    biases = offset + n_out * n_in
    j = U0
    while j + U4 <= n_out:
        one, two, three, four = biases + j, biases + j + U1, biases + j + U2, biases + j + U3
        a, b, c, d = params[one], params[two], params[three], params[four]
        row = offset + j * n_in
        for i in range(n_in):
            x = source[first + i]
            a += params[row + i] * x
            b += params[row + n_in + i] * x
            c += params[row + n_in + n_in + i] * x
            d += params[row + n_in + n_in + n_in + i] * x
        at = place + j
        nets[at], nets[at + U1], nets[at + U2], nets[at + U3] = a, b, c, d
        j += U4
    if j + U3 == n_out:
        a, b, c = params[biases + j], params[biases + j + U1], params[biases + j + U2]
        row = offset + j * n_in
        for i in range(n_in):
            x = source[first + i]
            a += params[row + i] * x
            b += params[row + n_in + i] * x
            c += params[row + n_in + n_in + i] * x
        at = place + j
        nets[at], nets[at + U1], nets[at + U2] = a, b, c
    elif j + U2 == n_out:
        a, b = params[biases + j], params[biases + j + U1]
        row = offset + j * n_in
        for i in range(n_in):
            x = source[first + i]
            a += params[row + i] * x
            b += params[row + n_in + i] * x
        nets[place + j], nets[place + j + U1] = a, b
    elif j + U1 == n_out:
        a = params[biases + j]
        row = offset + j * n_in
        for i in range(n_in):
            a += params[row + i] * source[first + i]
        nets[place + j] = a


def activate_layer(code, nets, outputs, first, n):  # pragma: no cover - machine code
    if code == 5:
        largest = nets[first]
        for k in range(n):
            if nets[first + k] > largest:
                largest = nets[first + k]
        total = 0.0
        for k in range(n):
            outputs[first + k] = math.exp(nets[first + k] - largest)
            total += outputs[first + k]
        for k in range(n):
            outputs[first + k] = outputs[first + k] / total
        return
    for k in range(n):
        j = first + k
        net = nets[j]
        if code == 1:
            if net >= 0.0:
                outputs[j] = 1.0 / (1.0 + math.exp(-net))
            else:
                raised = math.exp(net)
                outputs[j] = raised / (1.0 + raised)
        elif code == 2:
            outputs[j] = math.tanh(net)
        elif code == 3:
            outputs[j] = 1.0 if net > 0.0 else -1.0
        elif code == 4:
            outputs[j] = 0.0 if net <= 0.0 else net  # noqa: FURB136 - max() would turn nan into 0
        else:
            outputs[j] = net


@njit(inline="always", error_model="numpy")
def slope(code, output):  # pragma: no cover - machine code
    if code == 1:
        return output * (1.0 - output)
    if code == 2:
        return 1.0 - output * output
    if code == 3 or (code == 4 and not output > 0.0):
        return 0.0
    return 1.0


@njit(inline="always", error_model="numpy")
def _at_least(share):  # pragma: no cover - machine code
    return share if share > NEAREST else NEAREST  # noqa: FURB136 - max() and nan


@njit(inline="always", error_model="numpy")
def backward_layer(code, outputs, errors, first, n):  # pragma: no cover - machine code
    if code == 5:
        total = 0.0
        for k in range(n):
            total += errors[first + k] * outputs[first + k]
        for k in range(n):
            errors[first + k] = outputs[first + k] * (errors[first + k] - total)
    else:
        for k in range(n):
            errors[first + k] = slope(code, outputs[first + k]) * errors[first + k]


@njit(inline="always", error_model="numpy")
def is_generic(loss_code):  # pragma: no cover - machine code
    return loss_code == 0 or loss_code == 4


@njit(inline="always", error_model="numpy")
def output_errors(loss_code, outputs, targets, first, deltas, place, n):  # pragma: no cover - machine code
    if loss_code == 3:
        for k in range(n):
            deltas[place + k] = targets[first + k] * (1.0 - outputs[place + k])
    elif loss_code == 4:
        for k in range(n):
            o, t = outputs[place + k], targets[first + k]
            deltas[place + k] = t / _at_least(o) - (1.0 - t) / _at_least(1.0 - o)
    else:
        for k in range(n):
            deltas[place + k] = targets[first + k] - outputs[place + k]


@njit(inline="always", error_model="numpy")
def hidden_errors(params, offset, n_units, n_above, deltas, place, above):  # pragma: no cover - machine code
    for h in range(n_units):
        deltas[place + h] = 0.0
    for k in range(n_above):
        delta = deltas[above + k]
        row = offset + k * n_units
        for h in range(n_units):
            deltas[place + h] += params[row + h] * delta


@njit(inline="always", error_model="numpy")
def add_changes(
    params, velocity, offset, n_in, n_units, source, first, deltas, place, rate, momentum
):  # pragma: no cover - machine code
    for j in range(n_units):
        step = rate * deltas[place + j]
        row = offset + j * n_in
        for i in range(n_in):
            change = step * source[first + i] + momentum * velocity[row + i]
            velocity[row + i] = change
            params[row + i] += change
    biases = offset + n_units * n_in
    for j in range(n_units):
        change = rate * deltas[place + j] + momentum * velocity[biases + j]
        velocity[biases + j] = change
        params[biases + j] += change


@njit(error_model="numpy")
def log_of_sum(nets, first, n):  # pragma: no cover - machine code
    largest = nets[first]
    for k in range(n):
        if nets[first + k] > largest:
            largest = nets[first + k]
    total = 0.0
    for k in range(n):
        total += math.exp(nets[first + k] - largest)
    return largest + math.log(total)


@njit(inline="always", error_model="numpy")
def loss_of_unit(loss_code, net, output, target, log_total):  # pragma: no cover - machine code
    if loss_code == 1:
        if net > 0.0:
            return net - net * target + math.log1p(math.exp(-net))
        return -net * target + math.log1p(math.exp(net))
    if loss_code == 2:
        return target * (log_total - net)
    if loss_code == 3:
        if -net > 0.0:
            return target * (-net + math.log1p(math.exp(net)))
        return target * math.log1p(math.exp(-net))
    if loss_code == 4:
        return -(target * math.log(_at_least(output)) + (1.0 - target) * math.log(_at_least(1.0 - output)))
    return 0.5 * ((target - output) * (target - output))


@njit(inline="always", error_model="numpy")
def is_high(value, midpoint):  # pragma: no cover - machine code
    if midpoint == 0.0:
        return value > midpoint
    return value >= midpoint


@njit(error_model="numpy")
def is_finite(params):  # pragma: no cover - machine code
    for i in range(len(params)):
        if not math.isfinite(params[i]):
            return False
    return True


@njit(inline="always", error_model="numpy")
def mix(bits):  # pragma: no cover - machine code
    bits = (bits ^ (bits >> U30)) * MIX_1
    bits = (bits ^ (bits >> U27)) * MIX_2
    return bits ^ (bits >> U31)


@njit(inline="always", error_model="numpy")
def _below(stream, counter, limit):  # pragma: no cover - machine code
    bits = mix(stream + GOLDEN * (np.uint64(counter) + U1))
    return ((bits >> U32) * np.uint64(limit)) >> U32


@njit(error_model="numpy")
def order_of_epoch(code, seed, epoch, n, began, order):  # pragma: no cover - machine code
    base = mix(seed + ORDER_KEY)
    for i in range(n):
        order[i] = np.uint64(i)
    if code == 1:
        stream = mix(base + GOLDEN * (np.uint64(epoch) + U1))
        for i in range(n - 1, 0, -1):
            j = _below(stream, i, i + 1)
            order[i], order[j] = order[j], order[i]
    elif code == 2:
        stream = mix(base + GOLDEN)
        for i in range(n):
            order[i] = _below(stream, began + i, n)
