"""Layers of PyTorch's converter."""

import numpy as np

from .fork_cases import defined, one_layer
from .numbers import values


def pad():
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


def bilinear_interpolate():
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


def max_unpool():
    x, mask = values((2, 3, 2, 3), 355), np.zeros((2, 3, 2, 3), np.float32)
    y = np.zeros((2, 3, 5, 6))
    for n, c in np.ndindex(2, 3):
        places = np.array([0, 3, 4, 13, 20, 29]).reshape(2, 3)
        mask[n, c] = places - (n + c) % 2 * np.array([0, 1, 1])
        for place, value in zip(mask[n, c].ravel().astype(int), x[n, c].ravel()):
            y[n, c, place // 6, place % 6] = value
    defined("max_unpool", one_layer % ("MaxUnPool", "max_unpool_param { dst_h: 5 dst_w: 6 }"),
            [x, mask], y)
