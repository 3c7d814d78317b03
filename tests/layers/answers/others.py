"""Activations, and layers of forks that stand alone."""

import math

import numpy as np

from .fork_cases import defined, one_layer, opencv, shapes
from .numbers import values


def each(f, x):
    return np.vectorize(f)(x.astype(np.float64))


def clip(x):
    return max(0.0, min(1.0, x))


def activations():
    for i, shape in enumerate(shapes):
        x = values(shape, i, 14)
        opencv(f"mish_{i}", one_layer % ("Mish", ""), [x])
        opencv(f"hard_swish_{i}", one_layer % ("HardSwish", ""), [x])
        defined(f"hswish_{i}", one_layer % ("HSwish", ""), [x],
                each(lambda v: v * clip(v / 6 + 0.5), x))
        defined(f"hsigmoid_{i}", one_layer % ("HSigmoid", ""), [x],
                each(lambda v: clip(v / 6 + 0.5), x))
        a, b = [(0.2, 0.5), (0.25, 0.4), (1 / 8, 0.125)][i]
        defined(
            f"hard_sigmoid_{i}",
            one_layer % ("HardSigmoid", ["", "hard_sigmoid_param { alpha: 0.25 beta: 0.4 }",
                                         "hardsigmoid_param { alpha: 0.125 beta: 0.125 }"][i]),
            [x], each(lambda v: clip(a * v + b), x))
        alpha, scale = [(1.6732632423543772, 1.0507009873554805), (2.0, 1.5),
                        (0.5, 1.0507009873554805)][i]
        defined(
            f"selu_{i}",
            one_layer % ("SeLU", ["", "selu_param { alpha: 2 lambda: 1.5 }",
                                  "selu_param { alpha: 0.5 }"][i]),
            [x], each(lambda v: scale * (v if v > 0 else alpha * math.expm1(v)), x))
        slope = [0, 0.25, -0.5][i]
        defined(
            f"neg_relu_{i}",
            one_layer % ("NegReLU", f"relu_param {{ negative_slope: {slope} }}" if i else ""),
            [x], each(lambda v: min(v, 0) + slope * max(v, 0), x))

        axis, slope = [(1, 0), (2, 0.5), (0, 0)][i]
        relu = lambda v: each(lambda u: u if u > 0 else slope * u, v)
        defined(
            f"crelu_{i}",
            one_layer % ("CReLU", ["", "crelu_param { concat_axis: 2 negative_slope: 0.5 }",
                                   "crelu_param { concat_axis: 0 }"][i]),
            [x], np.concatenate([relu(x), relu(-x)], axis))

        bias = [1, 0.01, 3][i]
        y = x.astype(np.float64)
        defined(
            f"grn_{i}",
            one_layer % ("GRN", ["", "grn_param { bias: 0.01 }", "grn_param { bias: 3 }"][i]),
            [x], y / np.sqrt((y ** 2).sum(1, keepdims=True) + bias))


def broadcast_mul():
    for i, (shape, form) in enumerate([((2, 3, 2, 4), (2, 3)), ((1, 4, 3, 1), (1, 4, 1, 1)),
                                        ((3, 2, 1, 5), (3, 2, 1, 1))]):
        x, factors = values(shape, 300 + i), values(form, 305 + i)
        defined(f"broadcast_mul_{i}", one_layer % ("BroadcastMul", ""), [x, factors],
                x * factors.reshape(*form[:2], 1, 1).astype(np.float64))


def lstm_unit():
    for i, (batch, units) in enumerate([(1, 3), (3, 2)]):
        cells, gates = values((1, batch, units), 360 + i), values((1, batch, 4 * units), 362 + i)
        goes_on = np.array([[0.5, 0, 1][:batch]], np.float32)
        new, said = np.zeros(cells.shape), np.zeros(cells.shape)
        for n, d in np.ndindex(batch, units):
            a, f, o, g = gates[0, n].reshape(4, units)[:, d].astype(np.float64)
            s = lambda v: 1 / (1 + math.exp(-v))
            new[0, n, d] = goes_on[0, n] * s(f) * cells[0, n, d] + s(a) * math.tanh(g)
            said[0, n, d] = s(o) * math.tanh(new[0, n, d])
        defined(f"lstm_unit_{i}",
                'layer { name: "y" type: "LSTMUnit" BOTTOMS top: "y" top: "z" }',
                [cells, gates, goes_on], new, said)
