"""Layers of forks that stand alone."""

import math

import numpy as np

from .network_cases import add, each, layer
from .numbers import values


def brelu():
    for i, shape in enumerate([(2, 3, 2, 5), (3, 7)]):
        x = values(shape, 40 + i)
        add(f"BReLU of {shape}", layer("BReLU", 1, "brelu_param { minval: -0.5 maxval: 1 }"), [x],
            [np.minimum(np.maximum(x, np.float32(-0.5)), 1)])


def eltwise_affine():
    for told, shape, kept in [
        ("", (2, 3, 2, 5), (3,)),
        ("eltwise_affine_param { channel_shared: true }", (2, 3, 2), ()),
        ("eltwise_affine_param { channel_shared: false }", (2, 1), (1,)),
    ]:
        x, slope, bias = values(shape, 42), values(kept, 43), values(kept, 44)
        over = (1, -1) + (1,) * (len(shape) - 2)
        y = x.astype(np.float64) * slope.reshape(over) + bias.reshape(over)
        add(f"EltwiseAffine {told} of {shape}", layer("EltwiseAffine", 1, told), [x], [y],
            {"y:0": slope, "y:1": bias})


def instance_norm():
    for told, eps in [("", 1e-4), ("instance_norm_param { eps: 0.25 affine: false }", 0.25)]:
        x = values((2, 3, 4, 5), 45, 0.05)
        y = np.zeros(x.shape)
        for n, c in each(x.shape[:2]):
            plane = x[n, c].astype(np.float64)
            y[n, c] = (plane - plane.mean()) / math.sqrt(((plane - plane.mean()) ** 2).mean() + eps)
        add(f"InstanceNorm with eps {eps}", layer("InstanceNorm", 1, told), [x], [y])


def norm():
    for i, shape in enumerate([(2, 3, 4, 5), (3, 7)]):
        # Short vectors show where the small number is added.
        x = values(shape, 46 + i, 1e-5 if i else 4)
        y = np.zeros(shape + (1,) * (4 - len(shape)))
        for n, *at in each((shape[0], *shape[2:])):
            where = (n, slice(None), *at)
            length = math.sqrt(sum(float(v) ** 2 for v in x[where])) + 1e-6
            y[where] = (x[where].astype(np.float64) / length).reshape(y[where].shape)
        add(f"Norm of {shape}", layer("Norm", 1), [x], [y])

    for told, across, kept in [
        ("norm_param { across_spatial: false channel_shared: false eps: 0.01 }", False, (3,)),
        ("norm_param { }", True, ()),
    ]:
        x, factor = values((2, 3, 4, 5), 48, 0.5), values(kept, 49)
        squares = (x.astype(np.float64) ** 2).sum((1, 2, 3) if across else 1, keepdims=True)
        eps = 1e-10 if across else 0.01
        y = x / np.sqrt(squares + eps) * factor.reshape(1, -1, 1, 1)
        add(f"Norm with {told}", layer("Norm", 1, told), [x], [y], {"y:0": factor})


def mil():
    for kind in ("MAX", "NOR"):
        p = np.abs(values((2, 5, 3, 4), 50, 0.3))
        p[0, 1], p[0, 2, 1, 1], p[0, 3], p[1, 1, 0] = 0, 1, 0.9, 0.999
        y = np.zeros((2, 5, 1, 1))
        for n, c in each(y.shape[:2]):
            none = 1.0
            for v in p[n, c].ravel():
                none *= 1 - float(v)
            y[n, c] = p[n, c].max() if kind == "MAX" else max(1 - none, p[n, c].max())
        add(f"MIL {kind}", layer("MIL", 1, f"mil_param {{ type: {kind} }}"), [p], [y])


def un_pooled(x, kernel, stride, kind):
    n, channels, height, width = x.shape
    y = np.zeros((n, channels, (height - 1) * stride[0] + kernel[0],
                  (width - 1) * stride[1] + kernel[1]))
    for i, c, h, w in each(x.shape):
        top, left = h * stride[0], w * stride[1]
        if kind == "FIXED":
            row, column = (top + top + kernel[0] - 1) // 2, (left + left + kernel[1] - 1) // 2
            y[i, c, row, column] = x[i, c, h, w]
        else:
            share = kernel[0] * kernel[1] if kind == "DIV" else 1
            y[i, c, top:top + kernel[0], left:left + kernel[1]] = float(x[i, c, h, w]) / share
    return y


def un_pooling():
    for kind, told, kernel, stride in [
        ("FIXED", "unpooling_param { unpool: FIXED out_kernel_size: 3 out_stride: 2 }",
         (3, 3), (2, 2)),
        ("FIXED", "unpooling_param { unpool: FIXED out_kernel_h: 2 out_kernel_w: 4 out_stride_h: 2 "
         "out_stride_w: 3 }", (2, 4), (2, 3)),
        ("DIV", "unpooling_param { unpool: DIV out_kernel_size: 2 out_stride: 2 }", (2, 2), (2, 2)),
        ("REP", "unpooling_param { unpool: REP out_kernel_size: 2 out_stride_h: 3 "
         "out_stride_w: 2 }",
         (2, 2), (3, 2)),
        ("AVE", "pooling_param { pool: AVE kernel_size: 3 stride: 3 }", (3, 3), (3, 3)),
        ("MAX", "pooling_param { kernel_h: 1 kernel_w: 2 stride_h: 1 stride_w: 2 }",
         (1, 2), (1, 2)),
        ("TILE", "unpooling_param { unpool: TILE kernel_size: 2 stride: 2 }", (2, 2), (2, 2)),
    ]:
        x = values((2, 3, 3, 4), 51)
        add(f"UnPooling {told}", layer("UnPooling", 1, told), [x],
            [un_pooled(x, kernel, stride, kind)])


def prior_box_of_traffic_lights():
    # The detector of traffic lights has no squares among its boxes, and offsets within a cell.

    for told, sizes, ratios, heights, across, step in [
        ("min_size: 7 min_size: 10.5 aspect_ratio: 0.3 flip: false offset_w: 0.5 offset_h: 0.5",
         (7, 10), (0.3,), (0.5,), 0.5, (10, 8)),
        ("min_size: 6 max_size: 9 aspect_ratio: 2 aspect_ratio: 3 offset_w: 0.25 offset_h: 0.5 "
         "offset_h: 1 step: 7", (6,), (2, 0.5, 3, 1 / 3), (0.5, 1), 0.25, (7, 7)),
    ]:
        grid, image = (2, 3), (20, 24)
        y = []
        for h, w in each(grid):
            for high in heights:
                for side in sizes:
                    for ratio in ratios:
                        x, z = (w + across) * step[1], (h + high) * step[0]
                        wide, tall = side * math.sqrt(ratio) / 2, side / math.sqrt(ratio) / 2
                        y += [(x - wide) / image[1], (z - tall) / image[0],
                              (x + wide) / image[1], (z + tall) / image[0]]
        add(f"PriorBox with {told}", layer("PriorBox", 2, f"prior_box_param {{ {told} }}"),
            [values((1, 2, *grid), 53), values((1, 3, *image), 54)],
            [np.array([y, [0.1] * len(y)])[None]])
