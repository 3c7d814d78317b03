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


def add(name, layer, bottoms, outputs, by, blobs=()):
    """`blobs` are the learned ones of the layer \"y\"."""
    def tensor(x):
        # Nine digits tell a float32 from its neighbours.
        return {"shape": list(np.shape(x)), "data": [float(f"{v:.9g}") for v in np.ravel(x)]}

    cases.append({
        "name": name,
        "by": by,
        "prototxt": net(layer, [b.shape for b in bottoms]),
        "bottoms": [tensor(b) for b in bottoms],
        **({"blobs": [tensor(b) for b in blobs]} if blobs else {}),
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


def defined(name, layer, bottoms, *outputs, blobs=()):
    add(name, layer, bottoms, outputs, "definition", blobs)


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


def dense_priors(grid, image, boxes, offset, step, clip, variance):
    """`boxes` gives the width, height and center of each box of a cell, and whether it is clipped."""
    rows, columns = grid.shape[2:]
    height, width = image.shape[2:]
    down, across = step or (height / rows, width / columns)
    out = []
    for row, column in np.ndindex(rows, columns):
        for w, h, dx, dy, inside in boxes:
            x, y = (column + offset) * across + dx, (row + offset) * down + dy
            box = [(x - w / 2) / width, (y - h / 2) / height,
                   (x + w / 2) / width, (y + h / 2) / height]
            out.append([min(max(v, 0), 1) for v in box] if inside or clip else box)
    return np.stack([np.array(out).ravel(), np.tile(variance, len(out))])[None]


def density_boxes(size, density, ratios):
    """Boxes of a fixed size; a ratio of None is the square."""
    distance = int(size / density)
    for ratio in ratios:
        w, h = ((int(size),) * 2 if ratio is None
                else (size * math.sqrt(ratio), size / math.sqrt(ratio)))
        for row, column in np.ndindex(density, density):
            dx, dy = (distance / 2 + k * distance - int(size) // 2 for k in (column, row))
            yield w, h, dx, dy, True


def face_boxes(size):
    places = {32: [-16, -8, 0, 8], 64: [-16, 0]}.get(size, [0])
    return [(size - 1, size - 1, dx, dy, False) for dy in places for dx in places]


grid, image = values((1, 2, 3, 2), 90), values((1, 3, 50, 90), 91)
face_sizes = "min_size: 32 min_size: 64 min_size: 128"
for i, (text, boxes, offset, step, clip, variance) in enumerate([
    ("fixed_size: 32 fixed_size: 17.5 fixed_size: 9 density: 4 density: 3 density: 1 step: 20",
     [*density_boxes(32, 4, [None]), *density_boxes(17.5, 3, [None]), *density_boxes(9, 1, [None])],
     0.5, (20, 20), False, [0.1] * 4),
    ("fixed_size: 15 fixed_size: 8 density: 2 density: 1 fixed_ratio: 1 fixed_ratio: 2.25 "
     "variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.3 offset: 0.25",
     [*density_boxes(15, 2, [1, 2.25]), *density_boxes(8, 1, [1, 2.25])],
     0.25, None, False, [0.1, 0.1, 0.2, 0.3]),
    ("fixed_size: 12 density: 2 aspect_ratio: 4 min_size: 30 max_size: 40.5 step_h: 12 step_w: 40 "
     "variance: 0.2",
     [*density_boxes(12, 2, [None, 4, 0.25]),
      *((w, h, 0, 0, False) for w, h in [(30, 30), (math.sqrt(1200),) * 2, (60, 15), (15, 60)])],
     0.5, (12, 40), False, [0.2] * 4),
    (f"{face_sizes} faceboxes: true step: 32", [*map(face_boxes, (32, 64, 128))],
     0.5, (32, 32), False, [0.1] * 4),
    ("min_size: 64 faceboxes: true clip: true variance: 0.2", [face_boxes(64)],
     0.5, None, True, [0.2] * 4),
    ("box_width: 12 box_width: 30 box_height: 7.5 box_height: 31 step: 25",
     [(12, 7.5, 0, 0, False), (30, 31, 0, 0, False)], 0.5, (25, 25), False, [0.1] * 4),
]):
    boxes = [box for part in boxes for box in (part if isinstance(part, list) else [part])]
    defined(f"dense_priors_{i}",
            'layer { name: "y" type: "PriorBox" BOTTOMS top: "y" prior_box_param { %s } }' % text,
            [grid, image], dense_priors(grid, image, boxes, offset, step, clip, variance))


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

unpooling = """
layer { name: "p" type: "Pooling" BOTTOMS top: "p" top: "mask"
  pooling_param { pool: MAX %s } }
layer { name: "y" type: "%s" bottom: "p" bottom: "mask" top: "y" unpooling_param { %s } }"""


def unpooled(x, kernel, stride, rows, columns):
    y = np.zeros((*x.shape[:2], rows, columns))
    for n, c in np.ndindex(*x.shape[:2]):
        for r in range(0, x.shape[2] - kernel[0] + 1, stride[0]):
            for q in range(0, x.shape[3] - kernel[1] + 1, stride[1]):
                window = x[n, c, r:r + kernel[0], q:q + kernel[1]]
                i, j = np.unravel_index(window.argmax(), window.shape)
                # The mask counts positions in the rows of the bottom.
                at = (r + i) * x.shape[3] + q + j
                y[n, c].flat[at] = window.max()
    return y


x = values((2, 3, 4, 6), 60)
defined("unpooling_0", unpooling % ("kernel_size: 2 stride: 2", "Unpooling",
                                    "unpool: MAX kernel_size: 2 stride: 2"),
        [x], unpooled(x, (2, 2), (2, 2), 4, 6))
defined("unpooling_1", unpooling % ("kernel_h: 2 kernel_w: 3 stride_h: 2 stride_w: 3", "MaxUnpool",
                                    "kernel_h: 2 kernel_w: 3 stride_h: 2 stride_w: 3"),
        [x], unpooled(x, (2, 3), (2, 3), 4, 6))
defined("unpooling_2", unpooling % ("kernel_size: 2 stride: 2", "MaxUnpooling",
                                    "unpool_h: 5 unpool_w: 6 stride: 2"),
        [x], unpooled(x, (2, 2), (2, 2), 5, 6))

def four_axes(x):
    """Blobs of the Normalize of face recognition have four axes also for a matrix."""
    return x.reshape(*x.shape, *[1] * (4 - x.ndim))


for i, shape in enumerate(shapes):
    x = values(shape, 70 + i, 3)
    y = x.astype(np.float64)
    length = np.sqrt((y ** 2).sum(1, keepdims=True))
    tops = 'top: "y" top: "length"' if i == 1 else 'top: "y"'
    setting = "" if i == 2 else 'normalize_type: "L2"'
    defined(f"normalize_faces_{i}",
            f'layer {{ name: "y" type: "Normalize" BOTTOMS {tops} normalize_param {{ {setting} }} }}',
            [x], *map(four_axes, [length, y / np.sqrt(length ** 2 + 1e-6)][0 if i == 1 else 1 :]))


def bilinear(x, row, column):
    height, width = x.shape
    if row < -1 or row > height or column < -1 or column > width:
        return 0.0
    row, column = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
    r, c = int(row), int(column)
    below, right = min(r + 1, height - 1), min(c + 1, width - 1)
    v, h = row - r, column - c
    return ((x[r, c] * (1 - h) + x[r, right] * h) * (1 - v)
            + (x[below, c] * (1 - h) + x[below, right] * h) * v)


def roi_align(x, boxes, bins, scale, samples):
    y = np.zeros((len(boxes), x.shape[1], *bins))
    for r, (image, *box) in enumerate(boxes.astype(np.float64)):
        left, top, right, bottom = (v * scale for v in box)
        extents = max(bottom - top, 1) / bins[0], max(right - left, 1) / bins[1]
        steps = [samples if samples > 0 else math.ceil(e) for e in extents]
        for c, i, j in np.ndindex(x.shape[1], *bins):
            total = 0.0
            for a, b in np.ndindex(*steps):
                total += bilinear(x[int(image), c].astype(np.float64),
                                  top + (i + (a + 0.5) / steps[0]) * extents[0],
                                  left + (j + (b + 0.5) / steps[1]) * extents[1])
            y[r, c, i, j] = total / (steps[0] * steps[1])
    return y


x = values((2, 2, 5, 7), 80)
boxes = np.array([[0, 0, 0, 6, 4], [1, 2.5, 1, 5, 9], [0, -4, -3, 20, 2], [1, 3, 3, 3, 3]],
                 np.float32)
for i, (bins, scale, samples, text) in enumerate([
    ((2, 3), 1.0, 2, "sampling_ratio: 2"),
    ((1, 2), 0.5, 0, "sampling_ratio: -1"),
    ((3, 1), 0.75, 3, "sample_ratio: 3"),
]):
    defined(f"roi_align_{i}",
            'layer { name: "y" type: "ROIAlign" BOTTOMS top: "y" roi_align_param { pooled_h: %d '
            'pooled_w: %d spatial_scale: %g %s } }' % (*bins, scale, text),
            [x, boxes], roi_align(x, boxes, bins, scale, samples))


def proposals(scores, deltas, image, stride, base, ratios, scales, smallest, top, keep, allowed):
    half = lambda v: math.floor(v + 0.5)
    anchors = []
    for ratio in ratios:
        w = half(math.sqrt(base * base / ratio))
        h = half(w * ratio)
        for s in scales:
            center, x, y = (base - 1) / 2, (w * s - 1) / 2, (h * s - 1) / 2
            anchors.append((center - x, center - y, center + x, center + y))
    _, _, rows, columns = scores.shape
    found = []
    for row in range(rows):
        for column in range(columns):
            for a, (x0, y0, x1, y1) in enumerate(anchors):
                dx, dy, dw, dh = deltas[0, 4 * a:4 * a + 4, row, column].astype(np.float64)
                w, h = x1 - x0 + 1, y1 - y0 + 1
                x = x0 + column * stride + w / 2 + dx * w
                y = y0 + row * stride + h / 2 + dy * h
                w, h = w * math.exp(dw), h * math.exp(dh)
                cut = lambda v, extent: min(max(v, 0), extent - 1)
                box = (cut(x - w / 2, image[1]), cut(y - h / 2, image[0]),
                       cut(x + w / 2, image[1]), cut(y + h / 2, image[0]))
                if min(box[2] - box[0], box[3] - box[1]) + 1 >= smallest * image[2]:
                    found.append((scores[0, len(anchors) + a, row, column], box))
    found = sorted(found, key=lambda one: -one[0])[:top]
    area = lambda b: max(b[2] - b[0] + 1, 0) * max(b[3] - b[1] + 1, 0)
    kept = []
    for score, box in found:
        def overlap(other):
            common = area((max(box[0], other[0]), max(box[1], other[1]),
                           min(box[2], other[2]), min(box[3], other[3])))
            return common / (area(box) + area(other) - common)
        if all(overlap(other) <= allowed for _, other in kept):
            kept.append((score, box))
    kept = kept[:keep]
    return (np.array([[0, *box] for _, box in kept], np.float32),
            np.array([[score] for score, _ in kept], np.float32))


for i, (stride, base, ratios, scales, smallest, top, keep, allowed) in enumerate([
    (16, 16, [0.5, 1, 2], [1], 4, 50, 20, 0.5),
    (8, 12, [0.7, 1.5], [1, 2], 6, 9, 4, 0.3),
    (4, 8, [1], [0.5, 1.25], 2, 100, 100, 0.7),
]):
    n = len(ratios) * len(scales)
    scores, deltas = values((1, 2 * n, 3, 4), 90 + i, 1) + 0.5, values((1, 4 * n, 3, 4), 95 + i, 0.8)
    image = np.array([[3 * stride + 2, 4 * stride - 1, 1.0]], np.float32)
    rois, found = proposals(scores, deltas, image[0], stride, base, ratios, scales, smallest, top,
                            keep, allowed)
    many = lambda name, list: " ".join(f"{name}: {v}" for v in list)
    tops = 'top: "rois" top: "scores"' if i != 1 else 'top: "rois"'
    defined(f"proposal_{i}",
            f'layer {{ name: "rois" type: "Proposal" BOTTOMS {tops} proposal_param {{ '
            f'feat_stride: {stride} base_size: {base} min_size: {smallest} {many("ratio", ratios)} '
            f'{many("scale", scales)} pre_nms_topn: {top} post_nms_topn: {keep} '
            f'nms_thresh: {allowed} }} }}',
            [scores, deltas, image], *([rois, found] if i != 1 else [rois]))

# The scale, whose fraction does not count, decides which boxes are too small.
for i, (scale, smallest, top, keep) in enumerate([(1.9, 16, 6000, 300), (2.4, 14, 30, 5)]):
    scores, deltas = values((1, 12, 3, 4), 190 + i, 1) + 0.5, values((1, 24, 3, 4), 195 + i, 0.8)
    image = np.array([[50, 63, scale]], np.float32)
    whole = [50, 63, int(scale)]
    rois, _ = proposals(scores, deltas, whole, 16, 16, [0.5, 1, 2], [1, 2.5], smallest, top, keep,
                        0.7 if i == 0 else 0.4)
    said = "" if i == 0 else (f"min_bbox_size: {smallest} pre_nms_topn: {top} post_nms_topn: {keep} "
                              "iou_threshold: 0.4 cls_threshold: 0.9 feat_stride: 16")
    defined(f"simpler_nms_{i}",
            f'layer {{ name: "rois" type: "SimplerNMS" BOTTOMS top: "rois" simpler_nms_param {{ '
            f'scale: 1 scale: 2.5 {said} }} }}', [scores, deltas, image], rois)


def refined(loc, conf, priors, arm_conf, arm_loc, classes, objectness, confidence, allowed, top, keep):
    known = priors.shape[2] // 4
    boxes, variances = priors[0].reshape(2, known, 4).astype(np.float64)

    def decode(prior, variance, move):
        w, h = prior[2] - prior[0], prior[3] - prior[1]
        x = (prior[0] + prior[2]) / 2 + variance[0] * move[0] * w
        y = (prior[1] + prior[3]) / 2 + variance[1] * move[1] * h
        w, h = w * math.exp(variance[2] * move[2]), h * math.exp(variance[3] * move[3])
        return (x - w / 2, y - h / 2, x + w / 2, y + h / 2)

    def overlap(a, b):
        w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        common = w * h if w > 0 and h > 0 else 0
        area = lambda c: (c[2] - c[0]) * (c[3] - c[1])
        return common / (area(a) + area(b) - common)

    rows = []
    for n in range(loc.shape[0]):
        found = []
        for label in range(1, classes):
            scores = [0 if arm_conf[n, 2 * p + 1] < objectness else conf[n, classes * p + label]
                      for p in range(known)]
            order = [p for p in range(known) if scores[p] > confidence]
            order = sorted(order, key=lambda p: -scores[p])[:top]
            kept = []
            for p in order:
                first = decode(boxes[p], variances[p], arm_loc[n, 4 * p:4 * p + 4])
                box = decode(first, variances[p], loc[n, 4 * p:4 * p + 4])
                if all(overlap(box, other) <= allowed for other in kept):
                    kept.append(box)
                    found.append((label, scores[p], box))
        best = sorted(found, key=lambda one: -one[1])[:keep]
        rows += [(n, label, score, *box) for label, score, box in found
                 if (label, score, box) in best]
    return np.array(rows, np.float64).reshape(1, 1, -1, 7)


for i, (known, classes, objectness, confidence, allowed, top, keep) in enumerate(
        [(6, 3, 0.3, 0.1, 0.4, 50, 20), (9, 2, 0.5, 0.2, 0.2, 5, 3), (5, 4, 0.01, 0.3, 0.6, 4, 6)]):
    corners = np.abs(values((known, 4), 110 + i, 1))
    boxes = np.stack([corners[:, 0], corners[:, 1], corners[:, 0] + 0.1 + corners[:, 2],
                      corners[:, 1] + 0.2 + corners[:, 3]], 1)
    variances = np.tile(np.array([0.1, 0.1, 0.2, 0.2], np.float32), (known, 1))
    priors = np.stack([boxes.ravel(), variances.ravel()])[None].astype(np.float32)
    loc, arm_loc = values((2, 4 * known), 120 + i, 3), values((2, 4 * known), 125 + i, 3)
    conf, arm_conf = values((2, classes * known), 130 + i, 1) + 0.5, values((2, 2 * known), 135 + i, 1) + 0.5
    score = "" if objectness == 0.01 else f"objectness_score: {objectness}"
    defined(f"refinedet_{i}",
            'layer { name: "y" type: "DetectionOutput" BOTTOMS top: "y" detection_output_param { '
            f'num_classes: {classes} code_type: CENTER_SIZE confidence_threshold: {confidence} '
            f'keep_top_k: {keep} nms_param {{ nms_threshold: {allowed} top_k: {top} }} {score} }} }}',
            [loc, conf, priors, arm_conf, arm_loc],
            refined(loc, conf, priors, arm_conf, arm_loc, classes, objectness, confidence, allowed,
                    top, keep))

one_layer = 'layer { name: "y" type: "%s" BOTTOMS top: "y" %s }'

for i, (shape, factor) in enumerate([((2, 3, 2, 5), 2), ((1, 2, 4, 1), 3), ((3, 1, 1, 7), 1)]):
    x = values(shape, 140 + i)
    setting = f"nn_upsample_param {{ resize: {factor} }}" if factor != 2 else ""
    defined(f"nn_upsample_{i}", one_layer % ("NNUpsample", setting), [x],
            x.repeat(factor, 2).repeat(factor, 3))


def resized(x, rows, columns):
    """From the first corner; what would lie behind the last row or column is zero."""
    _, _, height, width = x.shape
    framed = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (0, 1), (0, 1)))
    y = np.zeros((*x.shape[:2], rows, columns))
    for r, c in np.ndindex(rows, columns):
        v, h = r * height / rows, c * width / columns
        i, j = int(v), int(h)
        v, h = v - i, h - j
        y[:, :, r, c] = ((1 - v) * ((1 - h) * framed[:, :, i, j] + h * framed[:, :, i, j + 1])
                         + v * ((1 - h) * framed[:, :, i + 1, j] + h * framed[:, :, i + 1, j + 1]))
    return y


for i, (shape, rows, columns, param) in enumerate([
    ((2, 3, 4, 5), 7, 12, "height: 7 width: 12"),
    ((1, 2, 9, 6), 3, 4, "height: 3 width: 4"),
    ((1, 1, 5, 3), 8, 2, "is_pyramid_test: true out_height_scale: 1.7 out_width_scale: 0.8"),
]):
    x = values(shape, 150 + i)
    defined(f"resize_{i}", one_layer % ("Resize", f"resize_param {{ {param} }}"), [x],
            resized(x, rows, columns))

for i, shape in enumerate([(2, 3, 4, 5), (1, 4, 2, 1), (3, 2, 1, 6)]):
    x = values(shape, 160 + i)
    n, channels, height, width = shape
    defined(f"im2seq_{i}", one_layer % ("Im2seq", ""), [x],
            x.reshape(n, channels * height, 1, width).transpose(0, 3, 2, 1))


def lstm(x, cont, weights, hidden_weights, biases):
    steps, batch, _ = x.shape
    units = hidden_weights.shape[1]
    hidden, cell = np.zeros((batch, units)), np.zeros((batch, units))
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    y = np.zeros((steps, batch, units))
    for t in range(steps):
        for n in range(batch):
            gates = weights.astype(np.float64) @ x[t, n] + biases
            if cont[t, n]:
                gates = gates + hidden_weights.astype(np.float64) @ hidden[n]
            i, f, o, g = gates.reshape(4, units)
            cell[n] = (sigmoid(f) * cell[n] if cont[t, n] else 0) + sigmoid(i) * np.tanh(g)
            hidden[n] = sigmoid(o) * np.tanh(cell[n])
        y[t] = hidden
    return y


for i, (steps, batch, inputs, units, form) in enumerate([
    (5, 2, 3, 4, "whole"), (4, 3, 5, 2, "told"), (1, 2, 4, 3, "whole"), (3, 2, 4, 3, "flat"),
]):
    x = values((steps, batch, inputs), 170 + i)
    blobs = [values((4 * units, inputs), 175 + i), values((4 * units, units), 180 + i),
             values((4 * units,), 185 + i, 1)]
    cont = np.ones((steps, batch), np.float32)
    cont[0] = 0
    if form == "told":
        cont[2, 1] = 0
    setting = f"num_output: {units}" + (f" batch_size: {batch}" if form == "flat" else "")
    y = lstm(x, cont, *blobs)
    bottoms = [x, cont] if form == "told" else [x]
    if form == "flat":
        bottoms, y = [x.reshape(-1, inputs)], y.reshape(-1, units)
    defined(f"lstm_{i}", one_layer % ("Lstm", f"lstm_param {{ {setting} }}"), bottoms, y,
            blobs=blobs)


def convolved(x, kernels, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = (x.shape[2 + axis] - kernels.shape[2 + axis] + 1 for axis in (0, 1))
    y = np.zeros((x.shape[0], kernels.shape[0], rows, columns))
    for r, c in np.ndindex(rows, columns):
        window = x[:, None, :, r:r + kernels.shape[2], c:c + kernels.shape[3]]
        y[:, :, r, c] = (window * kernels[None].astype(np.float64)).sum((2, 3, 4))
    return y


for i, (shape, steps, growth, narrow) in enumerate(
        [((2, 3, 4, 5), 2, 2, False), ((1, 2, 3, 4), 3, 1, False), ((1, 3, 5, 2), 2, 2, True)]):
    x = values(shape, 190 + i)
    channels = [shape[1] + growth * s for s in range(steps)]
    wide = 4 * growth
    seeds = iter(range(200 + 20 * i, 300))
    vectors = lambda extents, sign: [
        np.abs(values((1, c, 1, 1), next(seeds), 2)) + 0.1 if sign else
        values((1, c, 1, 1), next(seeds), 2) for c in extents]
    normals = lambda extents: [vectors(extents, sign) for sign in (False, False, False, True)]
    kernels = [values((growth, wide if narrow else c, 3, 3), next(seeds), 1) for c in channels]
    first = normals(channels)
    narrowing = [values((wide, c, 1, 1), next(seeds), 1) for c in channels] if narrow else []
    second = normals([wide] * steps) if narrow else []
    divisor = 2.0

    def rectified(x, normal, step):
        scale, offset, mean, variance = (blobs[step].astype(np.float64) for blobs in normal)
        even = (x - mean / divisor) / np.sqrt(variance / divisor + 1e-5)
        return np.maximum(even * scale + offset, 0)

    y = x.astype(np.float64)
    for s in range(steps):
        z = rectified(y, first, s)
        if narrow:
            z = rectified(convolved(z, narrowing[s], 0), second, s)
        y = np.concatenate([y, convolved(z, kernels[s], 1)], 1)
    blobs = [*kernels, *sum(first, []), *narrowing, *sum(second, []),
             np.array([divisor], np.float32)]
    setting = (f"denseblock_param {{ numTransition: {steps} growthRate: {growth} "
               f"{'use_BC: true' if narrow else 'initChannel: 64'} }}")
    defined(f"dense_block_{i}", one_layer % ("DenseBlock", setting), [x], y, blobs=blobs)

for i, shape in enumerate(shapes):
    x = values(shape, 230 + i, 3)
    y = x.astype(np.float64)
    total = np.abs(y).sum(1, keepdims=True) + 1e-6
    tops = 'top: "y" top: "sum"' if i == 1 else 'top: "y"'
    defined(f"normalize_by_sum_{i}",
            f'layer {{ name: "y" type: "Normalize" BOTTOMS {tops} '
            'normalize_param { normalize_type: "L1" } }',
            [x], *map(four_axes, [total, y / total][0 if i == 1 else 1 :]))

for i, (shape, like) in enumerate(
        [((2, 3, 4, 5), (1, 2, 7, 3)), ((1, 1, 2, 9), (2, 1, 2, 4)), ((1, 2, 3, 3), (1, 1, 5, 8))]):
    x = values(shape, 240 + i)
    defined(f"interp_like_{i}", one_layer % ("Interp", ""), [x, values(like, 245 + i)],
            stretch(x, *like[2:]))


def shared_out(x, method, kernel, stride, extents):
    y = np.zeros((*x.shape[:2], *extents))
    for r, c in np.ndindex(*x.shape[2:]):
        value = x[:, :, r, c, None, None].astype(np.float64)
        top, left = r * stride[0], c * stride[1]
        if method == "MAX":
            y[:, :, top:top + 1, left:left + 1] = value
        else:
            size = kernel[0] * kernel[1] if method == "AVE" else 1
            y[:, :, top:top + kernel[0], left:left + kernel[1]] += value / size
    return y


for i, (method, kernel, stride, given) in enumerate(
        [("AVE", (2, 3), (2, 3), True), ("TILE", (3, 2), (2, 2), False),
         ("MAX", (2, 2), (2, 3), True)]):
    x = values((2, 3, 3, 4), 250 + i)
    extents = [(e - 1) * s + k for e, s, k in zip(x.shape[2:], stride, kernel)]
    size = "unpool_h: %d unpool_w: %d" % tuple(extents) if given else ""
    defined(f"unpooling_by_{method.lower()}",
            one_layer % ("Unpooling", "unpooling_param { unpool: %s kernel_h: %d kernel_w: %d "
                         "stride_h: %d stride_w: %d %s }" % (method, *kernel, *stride, size)),
            [x], shared_out(x, method, kernel, stride, extents))


def to_the_left(a, b, displacement, pad, step):
    """Correlation1D with single_direction -1: as many comparisons, all to the left."""
    n, channels, height, width = a.shape
    far = 99
    padded = [np.pad(x.astype(np.float64), ((0, 0), (0, 0), (0, 0), (pad + far, pad + far)))
              for x in (a, b)]
    radius = displacement // step
    columns = width + 2 * pad - 2 * displacement
    y = np.zeros((n, radius + 1, height, columns))
    for i, column in np.ndindex(radius + 1, columns):
        at = column + displacement + far
        other = at + (i - radius - 1) * step
        y[:, i, :, column] = (padded[0][:, :, :, at] * padded[1][:, :, :, other]).mean(1)
    return y


for i, (displacement, pad, step) in enumerate([(2, 2, 1), (4, 5, 2), (3, 3, 1)]):
    a, b = values((2, 3, 2, 7), 260 + i), values((2, 3, 2, 7), 265 + i)
    defined(f"correlation_1d_left_{i}",
            one_layer % ("Correlation1D", f"correlation_param {{ kernel_size: 1 max_displacement: "
                         f"{displacement} pad: {pad} stride_2: {step} single_direction: -1 }}"),
            [a, b], to_the_left(a, b, displacement, pad, step))


def middle(x, axis, extent):
    """The middle of an axis, read between its pixels, and never beyond 1.05 from the border."""
    full = x.shape[axis]
    at = np.clip(np.arange(extent) + (full - extent) / 2, 0, full - 1.05)
    first = at.astype(int)
    part = (at - first).reshape([-1 if a == axis else 1 for a in range(4)])
    return np.take(x, first, axis) * (1 - part) + np.take(x, first + 1, axis) * part


for i, (shape, crop, mean) in enumerate(
        [((2, 3, 5, 8), (3, 4), ""), ((1, 2, 6, 7), (3, 7), ""), ((2, 3, 4, 5), (4, 2), "1.5 -2 3")]):
    x = values(shape, 270 + i)
    y = middle(middle(x.astype(np.float64), 2, crop[0]), 3, crop[1])
    given = [float(m) for m in mean.split()]
    if given:
        y = y - np.array(given)[:, None, None]
    setting = " ".join(f"mean: {m}" for m in given) + (" mean_per_pixel: false" if given else "")
    defined(f"data_augmentation_{i}",
            one_layer % ("DataAugmentation", f"augmentation_param {{ crop_height: {crop[0]} "
                         f"crop_width: {crop[1]} {setting} }}"), [x], y)


def deconvolved(x, weights, biases, stride, pad, dilation, group):
    n, channels, *extents = x.shape
    each, kernel = weights.shape[1], weights.shape[2:]
    spans = [(e - 1) * s + d * (k - 1) + 1
             for e, s, d, k in zip(extents, stride, dilation, kernel)]
    y = np.zeros((n, each * group, *spans))
    for c in range(channels):
        outputs = slice(c // (channels // group) * each, (c // (channels // group) + 1) * each)
        for place in np.ndindex(*extents):
            for tap in np.ndindex(*kernel):
                at = tuple(p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation))
                y[(slice(None), outputs, *at)] += (
                    x[(slice(None), c, *place)][:, None].astype(np.float64)
                    * weights[(c, slice(None), *tap)])
    cut = tuple(slice(p, extent - p) for p, extent in zip(pad, spans))
    return y[(slice(None), slice(None), *cut)] + np.reshape(biases, (-1, 1, 1, 1))


for i, (shape, output, kernel, stride, pad, dilation, group, bias) in enumerate([
    ((2, 3, 2, 3, 4), 2, (3, 2, 4), (2, 3, 1), (1, 0, 2), (1, 1, 1), 1, True),
    ((1, 4, 3, 2, 2), 6, (2, 3, 1), (1, 2, 3), (0, 1, 0), (2, 1, 1), 2, True),
    ((1, 2, 2, 3, 1), 3, (4, 1, 2), (2, 1, 2), (1, 0, 0), (1, 1, 2), 1, False),
]):
    x = values(shape, 280 + i)
    weights = values((shape[1], output // group, *kernel), 285 + i)
    biases = values((output,), 290 + i)
    many = lambda name, list: " ".join(f"{name}: {v}" for v in list)
    setting = " ".join([f"num_output: {output} group: {group} bias_term: {str(bias).lower()}",
                        many("kernel_size", kernel), many("stride", stride), many("pad", pad),
                        many("dilation", dilation)])
    defined(f"deconvolution_3d_{i}",
            one_layer % ("Deconvolution", f"convolution_param {{ {setting} }}"), [x],
            deconvolved(x, weights, biases if bias else np.zeros(output), stride, pad, dilation,
                        group),
            blobs=[weights, biases] if bias else [weights])

for i, (shape, form) in enumerate([((2, 3, 2, 4), (2, 3)), ((1, 4, 3, 1), (1, 4, 1, 1)),
                                    ((3, 2, 1, 5), (3, 2, 1, 1))]):
    x, factors = values(shape, 300 + i), values(form, 305 + i)
    defined(f"broadcast_mul_{i}", one_layer % ("BroadcastMul", ""), [x, factors],
            x * factors.reshape(*form[:2], 1, 1).astype(np.float64))


def convolved_3d(x, weights, biases, stride, pad, group):
    n, channels, *_ = x.shape
    outputs, each, *kernel = weights.shape
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), *((p, p) for p in pad)))
    places = [(e - k) // s + 1 for e, k, s in zip(x.shape[2:], kernel, stride)]
    y = np.zeros((n, outputs, *places))
    for o in range(outputs):
        first = o // (outputs // group) * each
        for place in np.ndindex(*places):
            window = tuple(slice(p * s, p * s + k) for p, s, k in zip(place, stride, kernel))
            y[(slice(None), o, *place)] = (
                x[(slice(None), slice(first, first + each), *window)] * weights[o]
            ).sum((1, 2, 3, 4)) + biases[o]
    return y


def spelled(kernel, stride, pad, listed):
    if listed:
        shape = lambda name, dims: f"{name} {{ {' '.join(f'dim: {d}' for d in dims)} }}"
        return " ".join([shape("kernel_shape", kernel), shape("stride_shape", stride),
                         shape("pad_shape", pad)])
    return (f"kernel_depth: {kernel[0]} kernel_size: {kernel[1]} temporal_stride: {stride[0]} "
            f"stride: {stride[1]} temporal_pad: {pad[0]} pad: {pad[1]}")


for i, (kind, message_name, shape, output, kernel, stride, pad, group) in enumerate([
    ("Convolution3D", "convolution_param", (2, 2, 4, 5, 3), 3, (2, 3, 3), (1, 2, 2), (1, 1, 1), 1),
    ("Convolution3D", "convolution3d_param", (1, 4, 3, 4, 6), 2, (3, 1, 1), (2, 1, 1), (1, 0, 0), 2),
    ("NdConvolution", "convolution_param", (1, 2, 3, 6, 4), 4, (1, 3, 2), (1, 2, 1), (0, 2, 1), 1),
]):
    x = values(shape, 310 + i)
    weights = values((output, shape[1] // group, *kernel), 315 + i)
    biases = values((output,), 320 + i)
    setting = spelled(kernel, stride, pad, kind[0] == "N")
    defined(f"convolution_3d_{i}",
            one_layer % (kind, f"{message_name} {{ num_output: {output} group: {group} {setting} }}"),
            [x], convolved_3d(x, weights, biases, stride, pad, group), blobs=[weights, biases])


def pooled_3d(x, method, kernel, stride, pad):
    # As many windows as begin inside; what they have beyond the image is not there.
    places = [math.ceil((e + 2 * p - k) / s) + 1
              for e, k, s, p in zip(x.shape[2:], kernel, stride, pad)]
    if any(pad):
        places = [n - 1 if (n - 1) * s >= e + p else n
                  for n, e, s, p in zip(places, x.shape[2:], stride, pad)]
    y = np.zeros((*x.shape[:2], *places))
    for place in np.ndindex(*places):
        window = tuple(slice(max(i * s - p, 0), i * s - p + k)
                       for i, s, p, k in zip(place, stride, pad, kernel))
        part = x[(slice(None), slice(None), *window)].astype(np.float64)
        y[(slice(None), slice(None), *place)] = getattr(part, method)((2, 3, 4))
    return y


for i, (kind, message_name, shape, method, kernel, stride, pad) in enumerate([
    ("Pooling3D", "pooling_param", (2, 2, 5, 5, 3), "max", (2, 2, 2), (2, 2, 2), (0, 0, 0)),
    ("Pooling3D", "pooling3d_param", (1, 3, 4, 6, 4), "mean", (2, 2, 2), (2, 2, 2), (0, 0, 0)),
    ("NdPooling", "pooling_param", (1, 2, 3, 7, 6), "max", (1, 3, 2), (1, 2, 2), (0, 1, 0)),
]):
    x = values(shape, 330 + i)
    setting = "pool: AVE " if method == "mean" else "pool: MAX "
    setting += spelled(kernel, stride, pad, kind[0] == "N")
    defined(f"pooling_3d_{i}", one_layer % (kind, f"{message_name} {{ {setting} }}"), [x],
            pooled_3d(x, method, kernel, stride, pad))

for i, (mode, value, shape, (u, d, l, r)) in enumerate([
    ("CONSTANT", 1.5, (2, 3, 4, 5), (1, 2, 3, 0)),
    ("CONSTANT", 0, (2, 3, 4, 5), (2, 0, 1, 3)),
    ("CONSTANT", 0, (3, 4, 5), (1, 0, 2, 1)),
    ("CONSTANT", -2, (4, 6), (0, 1, 2, 2)),
    ("REPLICATE", 0, (1, 2, 3, 5), (2, 1, 0, 4)),
    ("REPLICATE", 0, (2, 3, 5), (1, 1, 1, 1)),
    ("REFLECT", 0, (2, 2, 4, 5), (3, 1, 2, 4)),
    ("REFLECT", 0, (1, 3, 9, 2), (0, 5, 1, 0)),
    ("CONSTANT", 0, (1, 2, 6, 7), (-1, -2, -3, -1)),
    ("REFLECT", 0, (1, 2, 6, 7), (-1, 2, 3, -2)),
]):
    x = values(shape, 340 + i)
    kinds = {"CONSTANT": {"mode": "constant", "constant_values": value},
             "REPLICATE": {"mode": "edge"}, "REFLECT": {"mode": "reflect"}}
    kept = x[..., max(-u, 0):x.shape[-2] - max(-d, 0), max(-l, 0):x.shape[-1] - max(-r, 0)]
    sides = [(0, 0)] * (x.ndim - 2) + [(max(u, 0), max(d, 0)), (max(l, 0), max(r, 0))]
    setting = f"pad_type: {mode} pad_value: {value} pad_u: {u} pad_d: {d} pad_l: {l} pad_r: {r}"
    defined(f"pad_{i}", one_layer % ("Pad", f"pad_param {{ {setting} }}"), [x],
            np.pad(kept, sides, **kinds[mode]))


def interpolated(x, rows, columns, align):
    def places(extent, pixels):
        i = np.arange(pixels, dtype=np.float64)
        if align:
            return i * (extent - 1) / max(pixels - 1, 1)
        return np.clip((i + 0.5) * extent / pixels - 0.5, 0, extent - 1)
    y = np.zeros((*x.shape[:2], rows, columns))
    for r, row in enumerate(places(x.shape[2], rows)):
        for c, column in enumerate(places(x.shape[3], columns)):
            top, left = int(row), int(column)
            below, right = min(top + 1, x.shape[2] - 1), min(left + 1, x.shape[3] - 1)
            high, wide = row - top, column - left
            y[:, :, r, c] = (
                (1 - high) * ((1 - wide) * x[:, :, top, left] + wide * x[:, :, top, right]) +
                high * ((1 - wide) * x[:, :, below, left] + wide * x[:, :, below, right]))
    return y


for i, (shape, setting, size, align) in enumerate([
    ((2, 3, 4, 5), "dst_h: 7 dst_w: 3", (7, 3), True),
    ((1, 2, 4, 5), "dst_w: 8 align_corners: false", (4, 8), False),
    ((1, 2, 4, 3), "scale_factor: 2 align_corners: false", (8, 6), False),
    ((2, 2, 5, 6), "scale_factor: 1.5", (7, 9), True),
    ((1, 1, 8, 9), "dst_h: 3 dst_w: 5 align_corners: false", (3, 5), False),
]):
    x = values(shape, 350 + i)
    setting = f"bilinear_interpolate_param {{ {setting} }}"
    defined(f"bilinear_interpolate_{i}", one_layer % ("BilinearInterpolate", setting), [x],
            interpolated(x, *size, align))

x, mask = values((2, 3, 2, 3), 355), np.zeros((2, 3, 2, 3), np.float32)
y = np.zeros((2, 3, 5, 6))
for n, c in np.ndindex(2, 3):
    mask[n, c] = np.array([0, 3, 4, 13, 20, 29]).reshape(2, 3) - (n + c) % 2 * np.array([0, 1, 1])
    for place, value in zip(mask[n, c].ravel().astype(int), x[n, c].ravel()):
        y[n, c, place // 6, place % 6] = value
defined("max_unpool", one_layer % ("MaxUnPool", "max_unpool_param { dst_h: 5 dst_w: 6 }"),
        [x, mask], y)

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


path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases, {path.stat().st_size} bytes")
