"""FlowNet's and DispNet's layers."""

import math

import numpy as np

from .fork_cases import defined, one_layer, repeated
from .numbers import values
from .segmentation import stretch


def mean_of(x, sign, value, mean_scale=1.0, input_scale=1.0, output_scale=1.0):
    channels = np.array([value[c % len(value)] for c in range(x.shape[1])], np.float64)
    return output_scale * (input_scale * x + sign * mean_scale * channels[None, :, None, None])


def mean():
    layer = 'layer { name: "y" type: "Mean" BOTTOMS %s mean_param { %s } }'
    x, z = values((2, 4, 2, 3), 5), values((1, 2, 3, 1), 6)
    defined("mean_add", layer % ('top: "y"', "operation: ADD value: 0.5"), [x],
            mean_of(x, 1, [0.5]))
    defined("mean_subtract", layer % ('top: "y"', "operation: SUBTRACT value: 1 value: 2"), [x],
            mean_of(x, -1, [1, 2]))
    defined(
        "mean_scales",
        layer % ('top: "y" top: "z"', "operation: SUBTRACT value: 0.4 value: 3 mean_scale: 2 "
                "input_scale: 0.5 output_scale: 10"),
        [x, z], mean_of(x, -1, [0.4, 3], 2, 0.5, 10), mean_of(z, -1, [0.4, 3], 2, 0.5, 10))


def accum():
    a, b, c = values((2, 2, 3, 4), 1), values((2, 1, 2, 6), 2), values((2, 5, 5, 7), 3)
    defined("accum_largest", one_layer % ("Accum", ""), [a, b],
            np.concatenate([stretch(a, 3, 6), stretch(b, 3, 6)], 1))
    defined("accum_divisible", one_layer % ("Accum", "accum_param { size_divisible_by: 4 }"),
            [a, b],
            np.concatenate([stretch(a, 4, 8), stretch(b, 4, 8)], 1))
    defined("accum_reference", one_layer % ("Accum", "accum_param { have_reference: true }"),
            [a, b, c],
            np.concatenate([stretch(a, 5, 7), stretch(b, 5, 7)], 1))
    defined("accum_given", one_layer % ("Accum", "accum_param { top_height: 6 top_width: 5 }"), [a],
            stretch(a, 6, 5))


def correlated(a, b, kernel, displacement, pad, stride, step, side, subtract):
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


def correlation_1d():
    for i, (kernel, displacement, pad, stride, step, side, subtract) in enumerate(
            [(1, 2, 2, 1, 1, 0, False), (3, 4, 5, 1, 2, 0, True), (1, 3, 3, 2, 1, 1, False)]):
        a, b = values((2, 3, 4, 7), 20 + i), values((2, 3, 4, 7), 30 + i)
        param = (f"kernel_size: {kernel} max_displacement: {displacement} pad: {pad} "
                 f"stride_1: {stride} stride_2: {step} single_direction: {side} "
                 f"correlation_type: {'SUBTRACT' if subtract else 'MULTIPLY'}")
        defined(
            f"correlation_1d_{i}",
            one_layer % ("Correlation1D", f"correlation_param {{ {param} }}"),
            [a, b], correlated(a, b, kernel, displacement, pad, stride, step, side, subtract))


def correlated_to_the_left(a, b, displacement, pad, step):
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


def correlation_1d_to_the_left():
    for i, (displacement, pad, step) in enumerate([(2, 2, 1), (4, 5, 2), (3, 3, 1)]):
        a, b = values((2, 3, 2, 7), 260 + i), values((2, 3, 2, 7), 265 + i)
        defined(f"correlation_1d_left_{i}",
                one_layer % ("Correlation1D", f"correlation_param {{ kernel_size: 1 "
                             f"max_displacement: {displacement} pad: {pad} stride_2: {step} "
                             "single_direction: -1 }"),
                [a, b], correlated_to_the_left(a, b, displacement, pad, step))


def middle(x, axis, extent):
    """The middle of an axis, read between its pixels, and never beyond 1.05 from the border."""
    full = x.shape[axis]
    at = np.clip(np.arange(extent) + (full - extent) / 2, 0, full - 1.05)
    first = at.astype(int)
    part = (at - first).reshape([-1 if a == axis else 1 for a in range(4)])
    return np.take(x, first, axis) * (1 - part) + np.take(x, first + 1, axis) * part


def data_augmentation():
    for i, (shape, crop, means) in enumerate([
        ((2, 3, 5, 8), (3, 4), []), ((1, 2, 6, 7), (3, 7), []),
        ((2, 3, 4, 5), (4, 2), [1.5, -2.0, 3.0]),
    ]):
        x = values(shape, 270 + i)
        y = middle(middle(x.astype(np.float64), 2, crop[0]), 3, crop[1])
        if means:
            y = y - np.array(means)[:, None, None]
        setting = repeated("mean", means) + (" mean_per_pixel: false" if means else "")
        defined(f"data_augmentation_{i}",
                one_layer % ("DataAugmentation", f"augmentation_param {{ crop_height: {crop[0]} "
                             f"crop_width: {crop[1]} {setting} }}"), [x], y)
