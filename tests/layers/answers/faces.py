"""Layers of face recognition."""

import numpy as np

from .fork_cases import defined, one_layer, shapes
from .numbers import values


def four_axes(x):
    """Blobs of the Normalize of face recognition have four axes also for a matrix."""
    return x.reshape(*x.shape, *[1] * (4 - x.ndim))


def normalize():
    for i, shape in enumerate(shapes):
        x = values(shape, 70 + i, 3)
        y = x.astype(np.float64)
        length = np.sqrt((y ** 2).sum(1, keepdims=True))
        tops = 'top: "y" top: "length"' if i == 1 else 'top: "y"'
        setting = "" if i == 2 else 'normalize_type: "L2"'
        defined(f"normalize_faces_{i}",
                f'layer {{ name: "y" type: "Normalize" BOTTOMS {tops} '
                f'normalize_param {{ {setting} }} }}',
                [x],
                *map(four_axes, [length, y / np.sqrt(length ** 2 + 1e-6)][0 if i == 1 else 1 :]))


def normalize_by_sum():
    for i, shape in enumerate(shapes):
        x = values(shape, 230 + i, 3)
        y = x.astype(np.float64)
        total = np.abs(y).sum(1, keepdims=True) + 1e-6
        tops = 'top: "y" top: "sum"' if i == 1 else 'top: "y"'
        defined(f"normalize_by_sum_{i}",
                f'layer {{ name: "y" type: "Normalize" BOTTOMS {tops} '
                'normalize_param { normalize_type: "L1" } }',
                [x], *map(four_axes, [total, y / total][0 if i == 1 else 1 :]))


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


def resize():
    for i, (shape, rows, columns, param) in enumerate([
        ((2, 3, 4, 5), 7, 12, "height: 7 width: 12"),
        ((1, 2, 9, 6), 3, 4, "height: 3 width: 4"),
        ((1, 1, 5, 3), 8, 2, "is_pyramid_test: true out_height_scale: 1.7 out_width_scale: 0.8"),
    ]):
        x = values(shape, 150 + i)
        defined(f"resize_{i}", one_layer % ("Resize", f"resize_param {{ {param} }}"), [x],
                resized(x, rows, columns))
