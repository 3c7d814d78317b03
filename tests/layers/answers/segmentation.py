"""Layers of SegNet, PSPNet and their like, which resize and unpool."""

import math

import numpy as np

from .fork_cases import defined, one_layer
from .numbers import values


pooling_and_unpooling = """
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


def unpooling():
    x = values((2, 3, 4, 6), 60)
    defined("unpooling_0",
            pooling_and_unpooling % ("kernel_size: 2 stride: 2", "Unpooling",
                                     "unpool: MAX kernel_size: 2 stride: 2"),
            [x], unpooled(x, (2, 2), (2, 2), 4, 6))
    window = "kernel_h: 2 kernel_w: 3 stride_h: 2 stride_w: 3"
    defined("unpooling_1", pooling_and_unpooling % (window, "MaxUnpool", window),
            [x], unpooled(x, (2, 3), (2, 3), 4, 6))
    defined("unpooling_2",
            pooling_and_unpooling % ("kernel_size: 2 stride: 2", "MaxUnpooling",
                                     "unpool_h: 5 unpool_w: 6 stride: 2"),
            [x], unpooled(x, (2, 2), (2, 2), 5, 6))


def nn_upsample():
    for i, (shape, factor) in enumerate([((2, 3, 2, 5), 2), ((1, 2, 4, 1), 3), ((3, 1, 1, 7), 1)]):
        x = values(shape, 140 + i)
        setting = f"nn_upsample_param {{ resize: {factor} }}" if factor != 2 else ""
        defined(f"nn_upsample_{i}", one_layer % ("NNUpsample", setting), [x],
                x.repeat(factor, 2).repeat(factor, 3))


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


def interp_like():
    for i, (shape, like) in enumerate([
        ((2, 3, 4, 5), (1, 2, 7, 3)), ((1, 1, 2, 9), (2, 1, 2, 4)), ((1, 2, 3, 3), (1, 1, 5, 8)),
    ]):
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


def unpooling_without_mask():
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
