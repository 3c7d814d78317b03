"""Works out answers of layers of Caffe's forks that no recording has: fork_answers.json.

Where OpenCV's importer of Caffe knows the layer, it gives the answer (`by: opencv`); the others are
written down here from their definitions, one element at a time, in float64 (`by: definition`).

    pip install 'opencv-python-headless<5' numpy
    python tests/layers/fork_answers.py
"""

import json
import math
import pathlib
import re

import cv2
import numpy as np

cases = []


def values(shape, seed, scale=4.0):
    """Numbers that look random and are few digits long."""
    n = int(np.prod(shape))
    x = (np.arange(n) * 7919 + seed * 104729) % 1009 / 1009.0 - 0.5
    return np.round(x * scale, 3).astype(np.float32).reshape(shape)


def net(layer, shapes):
    inputs = "".join(
        f'input: "x{i}" input_shape {{ {" ".join(f"dim: {d}" for d in s)} }}\n'
        for i, s in enumerate(shapes)
    )
    bottoms = " ".join(f'bottom: "x{i}"' for i in range(len(shapes)))
    return inputs + layer.replace("BOTTOMS", bottoms)


def add(name, layer, bottoms, outputs, by):
    def tensor(x):
        # Nine digits tell a float32 from its neighbours.
        return {"shape": list(np.shape(x)), "data": [float(f"{v:.9g}") for v in np.ravel(x)]}

    cases.append({
        "name": name,
        "by": by,
        "prototxt": net(layer, [b.shape for b in bottoms]),
        "bottoms": [tensor(b) for b in bottoms],
        "tops": [tensor(np.asarray(o)) for o in outputs],
    })


def opencv(name, layer, bottoms, spelled=lambda text: text):
    """Asks OpenCV, which may know the layer under another type or another name of a field."""
    text = net(layer, [b.shape for b in bottoms])
    network = cv2.dnn.readNetFromCaffe(bytearray(spelled(text).encode()), bytearray())
    for i, bottom in enumerate(bottoms):
        network.setInput(bottom, f"x{i}")
    tops = re.findall(r'top: "(\w+)"', layer)
    add(name, layer, bottoms, network.forward(tops), "opencv")


def defined(name, layer, bottoms, *outputs):
    add(name, layer, bottoms, outputs, "definition")


def each(f, x):
    return np.vectorize(f)(x.astype(np.float64))


def clip(x):
    return max(0.0, min(1.0, x))


shapes = [(2, 3, 2, 5), (1, 4, 3, 1), (3, 7)]

for i, shape in enumerate(shapes):
    x = values(shape, i, 14)
    simple = 'layer { name: "y" type: "%s" BOTTOMS top: "y" %s }'
    opencv(f"mish_{i}", simple % ("Mish", ""), [x])
    opencv(f"hard_swish_{i}", simple % ("HardSwish", ""), [x])
    defined(f"hswish_{i}", simple % ("HSwish", ""), [x], each(lambda v: v * clip(v / 6 + 0.5), x))
    defined(f"hsigmoid_{i}", simple % ("HSigmoid", ""), [x], each(lambda v: clip(v / 6 + 0.5), x))
    a, b = [(0.2, 0.5), (0.25, 0.4), (1 / 8, 0.125)][i]
    defined(
        f"hard_sigmoid_{i}",
        simple % ("HardSigmoid", ["", "hard_sigmoid_param { alpha: 0.25 beta: 0.4 }",
                                  "hardsigmoid_param { alpha: 0.125 beta: 0.125 }"][i]),
        [x], each(lambda v: clip(a * v + b), x))
    alpha, scale = [(1.6732632423543772, 1.0507009873554805), (2.0, 1.5),
                    (0.5, 1.0507009873554805)][i]
    defined(
        f"selu_{i}",
        simple % ("SeLU", ["", "selu_param { alpha: 2 lambda: 1.5 }",
                           "selu_param { alpha: 0.5 }"][i]),
        [x], each(lambda v: scale * (v if v > 0 else alpha * math.expm1(v)), x))
    slope = [0, 0.25, -0.5][i]
    defined(
        f"neg_relu_{i}",
        simple % ("NegReLU", f"relu_param {{ negative_slope: {slope} }}" if i else ""),
        [x], each(lambda v: min(v, 0) + slope * max(v, 0), x))

    axis, slope = [(1, 0), (2, 0.5), (0, 0)][i]
    relu = lambda v: each(lambda u: u if u > 0 else slope * u, v)
    defined(
        f"crelu_{i}",
        simple % ("CReLU", ["", "crelu_param { concat_axis: 2 negative_slope: 0.5 }",
                            "crelu_param { concat_axis: 0 }"][i]),
        [x], np.concatenate([relu(x), relu(-x)], axis))

    bias = [1, 0.01, 3][i]
    y = x.astype(np.float64)
    defined(
        f"grn_{i}", simple % ("GRN", ["", "grn_param { bias: 0.01 }", "grn_param { bias: 3 }"][i]),
        [x], y / np.sqrt((y ** 2).sum(1, keepdims=True) + bias))

mean = 'layer { name: "y" type: "Mean" BOTTOMS %s mean_param { %s } }'
x, z = values((2, 4, 2, 3), 5), values((1, 2, 3, 1), 6)


def mean_of(x, sign, value, mean_scale=1.0, input_scale=1.0, output_scale=1.0):
    channels = np.array([value[c % len(value)] for c in range(x.shape[1])], np.float64)
    return output_scale * (input_scale * x + sign * mean_scale * channels[None, :, None, None])


defined("mean_add", mean % ('top: "y"', "operation: ADD value: 0.5"), [x], mean_of(x, 1, [0.5]))
defined("mean_subtract", mean % ('top: "y"', "operation: SUBTRACT value: 1 value: 2"), [x],
        mean_of(x, -1, [1, 2]))
defined(
    "mean_scales",
    mean % ('top: "y" top: "z"', "operation: SUBTRACT value: 0.4 value: 3 mean_scale: 2 "
            "input_scale: 0.5 output_scale: 10"),
    [x, z], mean_of(x, -1, [0.4, 3], 2, 0.5, 10), mean_of(z, -1, [0.4, 3], 2, 0.5, 10))


def stretch(x, height, width):
    """Resizes and keeps the corners."""
    def along(x, axis, extent):
        old = x.shape[axis]
        out = []
        for i in range(extent):
            at = i * (old - 1) / (extent - 1) if extent > 1 else 0.0
            low = min(int(math.floor(at)), old - 1)
            high = min(low + 1, old - 1)
            a, b = np.take(x, low, axis), np.take(x, high, axis)
            out.append(a + (at - low) * (b - a))
        return np.stack(out, axis)
    return along(along(x.astype(np.float64), 2, height), 3, width)


accum = 'layer { name: "y" type: "Accum" BOTTOMS top: "y" %s }'
a, b, c = values((2, 2, 3, 4), 1), values((2, 1, 2, 6), 2), values((2, 5, 5, 7), 3)
defined("accum_largest", accum % "", [a, b],
        np.concatenate([stretch(a, 3, 6), stretch(b, 3, 6)], 1))
defined("accum_divisible", accum % "accum_param { size_divisible_by: 4 }", [a, b],
        np.concatenate([stretch(a, 4, 8), stretch(b, 4, 8)], 1))
defined("accum_reference", accum % "accum_param { have_reference: true }", [a, b, c],
        np.concatenate([stretch(a, 5, 7), stretch(b, 5, 7)], 1))
defined("accum_given", accum % "accum_param { top_height: 6 top_width: 5 }", [a], stretch(a, 6, 5))


def correlation_1d(a, b, kernel, displacement, pad, stride, step, side, subtract):
    n, channels, height, width = a.shape
    padded = [np.pad(x.astype(np.float64), ((0, 0), (0, 0), (0, 0), (pad + 99, pad + 99)))
              for x in (a, b)]
    radius = (kernel - 1) // 2
    columns = math.ceil((width + 2 * pad - 2 * (displacement + radius)) / stride)
    rows = math.ceil((height - 2 * radius) / stride)
    reach = displacement // step
    shifts = range(0 if side == 1 else -reach, reach + 1)
    y = np.zeros((n, len(shifts), rows, columns))
    for i, shift in enumerate(shifts):
        for row in range(rows):
            for column in range(columns):
                x0 = column * stride + displacement + 99
                p = padded[0][:, :, row * stride:row * stride + kernel, x0:x0 + kernel]
                x1 = x0 + shift * step
                q = padded[1][:, :, row * stride:row * stride + kernel, x1:x1 + kernel]
                both = np.abs(p - q) if subtract else p * q
                y[:, i, row, column] = both.sum((1, 2, 3)) / (kernel * kernel * channels)
    return y


for i, (kernel, displacement, pad, stride, step, side, subtract) in enumerate(
        [(1, 2, 2, 1, 1, 0, False), (3, 4, 5, 1, 2, 0, True), (1, 3, 3, 2, 1, 1, False)]):
    a, b = values((2, 3, 4, 7), 20 + i), values((2, 3, 4, 7), 30 + i)
    param = (f"kernel_size: {kernel} max_displacement: {displacement} pad: {pad} "
             f"stride_1: {stride} stride_2: {step} single_direction: {side} "
             f"correlation_type: {'SUBTRACT' if subtract else 'MULTIPLY'}")
    defined(
        f"correlation_1d_{i}",
        'layer { name: "y" type: "Correlation1D" BOTTOMS top: "y" correlation_param { %s } }' % param,
        [a, b], correlation_1d(a, b, kernel, displacement, pad, stride, step, side, subtract))

clustered = 'layer { name: "y" type: "PriorBoxClustered" BOTTOMS top: "y" prior_box_param { %s } }'
grid, image = values((1, 2, 3, 4), 1), values((1, 1, 10, 15), 2)
for i, param in enumerate([
    "width: 2.5 height: 4 variance: 0.1 clip: false",
    "width: 3 width: 9 height: 6 height: 2.5 step: 5 offset: 0.25 clip: true "
    "variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2",
    "width: 7 width: 8 width: 61 height: 3 height: 4 height: 50 step_h: 3 step_w: 4 "
    "clip: false variance: 0.3",
]):
    opencv(f"prior_box_clustered_{i}", clustered % param, [grid, image],
           lambda text: text.replace("PriorBoxClustered", "PriorBox"))


def region(x, classes, num, coords, softmax):
    n, _, height, width = x.shape
    y = x.astype(np.float64).reshape(n, num, coords + 1 + classes, height, width).copy()
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    y[:, :, :2] = sigmoid(y[:, :, :2])
    y[:, :, coords] = sigmoid(y[:, :, coords])
    scores = y[:, :, coords + 1:]
    e = np.exp(scores - scores.max(2, keepdims=True))
    y[:, :, coords + 1:] = e / e.sum(2, keepdims=True) if softmax else sigmoid(scores)
    return y.reshape(x.shape)


for i, (classes, num, coords, softmax, height, width) in enumerate(
        [(3, 2, 4, True, 2, 3), (1, 3, 4, False, 1, 4), (4, 1, 2, True, 3, 2)]):
    x = values((2, num * (coords + 1 + classes), height, width), 40 + i, 9)
    param = (f"classes: {classes} num: {num} coords: {coords} softmax: {str(softmax).lower()} "
             + "anchors: 1 anchors: 2.5 ")
    defined(f"region_{i}",
            'layer { name: "y" type: "Region" BOTTOMS top: "y" region_param { %s } }' % param,
            [x], region(x, classes, num, coords, softmax))

for steps, batch in [(3, 2), (1, 4), (4, 1)]:
    x = values((batch, 2), 3)
    flags = np.ones((steps, batch))
    flags[0] = 0
    defined(
        f"continuation_{steps}_{batch}",
        'layer { name: "s" type: "Silence" BOTTOMS } layer { name: "y" '
        'type: "ContinuationIndicator" top: "c" continuation_indicator_param { time_step: %d '
        'batch_size: %d } } layer { name: "z" type: "Power" bottom: "c" top: "z" '
        'power_param { scale: 2 } }' % (steps, batch), [x], 2 * flags)

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
