"""Layers of Synopsys's tools, and Cambricon's."""

import numpy as np

from .network_cases import add, each, layer
from .numbers import values


def two_operands():
    operations = {
        "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide,
        "Maximum": np.maximum, "Minimum": np.minimum,
    }
    pairs = {
        "a number a channel": ((2, 3, 2, 4), (3, 1, 1)),
        "a number a plane": ((2, 3, 2, 4), (2, 3, 1, 1)),
        "both repeated": ((2, 3, 1, 4), (1, 3, 2, 1)),
        "one shape": ((2, 3), (2, 3)),
        "one number first": ((1,), (2, 3, 4)),
        "the last axes": ((2, 3, 4), (3, 4)),
    }
    for kind, f in operations.items():
        for name, shapes in pairs.items():
            a, b = (values(shape, 17 + i) for i, shape in enumerate(shapes))
            b[b == 0] = 1
            add(f"{kind} of {name}", layer(kind, 2), [a, b],
                [f(a.astype(np.float64), b.astype(np.float64))])
    a, b = values((2, 3, 2, 4), 19), values((1, 3, 1, 1), 20)
    for kind, f in [("CycleAdd", np.add), ("CycleMult", np.multiply), ("CycleSub", np.subtract)]:
        add(kind, layer(kind, 2), [a, b], [f(a.astype(np.float64), b)])


def eltwise():
    # The second bottom has a run of the first one's axes.
    a, c = values((2, 3, 2, 4), 21), values((2, 3, 2, 4), 22)
    runs = {0: (2, 3), 1: (3,), 2: (2, 4), -1: (4,)}
    for axis, run in runs.items():
        b = values(run, 23)
        b[b == 0] = 1
        start = axis % 4
        placed = b.reshape([1] * start + list(run) + [1] * (4 - start - len(run)))
        placed = placed.astype(np.float64)
        for operation, f in [
            ("PROD", np.multiply), ("MAX", np.maximum), ("MIN", np.minimum), ("DIV", np.divide),
        ]:
            add(f"Eltwise, {operation} from axis {axis} on",
                layer("Eltwise", 2, f"eltwise_param {{ operation: {operation} axis: {axis} }}"),
                [a, b], [f(a.astype(np.float64), placed)])
        add(f"Eltwise, SUM of three from axis {axis} on",
            layer("Eltwise", 3, f"eltwise_param {{ coeff: [2, -1, 0.5] axis: {axis} }}"),
            [a, b, c], [2.0 * a - placed + 0.5 * c])


def reductions():
    x = values((2, 3, 2, 4), 24)
    for kind, f in [("Sum", np.sum), ("Mean", np.mean), ("Max", np.max), ("Min", np.min)]:
        for axes in [(2, 3), (1,), (-1, 0), ()]:
            for keep in (False, True):
                told = " ".join(f"axis: {axis}" for axis in axes)
                result = f(x.astype(np.float64), axis=axes if axes else None, keepdims=keep)
                add(f"Reduce{kind} of {axes}{', kept' if keep else ''}",
                    layer(f"Reduce{kind}", 1,
                          f"reduce_{kind.lower()}_param {{ {told} "
                          f"keepdims: {str(keep).lower()} }}"),
                    [x], [result])

    for kind, order in [("L1", 1), ("L2", 2)]:
        for axes, keep in [((2, 3), 0), ((1,), 1), ((-1, 0), 0), ((), 1), ((), 0)]:
            told = " ".join(f"axes: {axis}" for axis in axes) + ("" if keep else " keepdims: 0")
            result = np.sum(np.abs(x.astype(np.float64)) ** order, axis=axes or None,
                            keepdims=bool(keep)) ** (1 / order)
            add(f"Reduce{kind} of {axes}{', kept' if keep else ''}",
                layer(f"Reduce{kind}", 1, f"reduce_{kind.lower()}_param {{ {told} }}"), [x],
                [result])


def functions():
    x = values((2, 3, 5), 30, 12.0)
    wide = x.astype(np.float64)
    add("Softplus", layer("Softplus", 1), [x], [np.log(np.exp(wide) + 1)])
    add("Softsign", layer("Softsign", 1), [x], [wide / (1 + np.abs(wide))])
    for alpha in (None, 0.0, -2.5):
        told = "" if alpha is None else f"thresholded_relu_param {{ alpha: {alpha} }}"
        least = 1.0 if alpha is None else alpha
        add(f"ThresholdedReLU {alpha}", layer("ThresholdedReLU", 1, told), [x],
            [np.where(x > least, x, 0)])
    far = x.copy()
    far[0, 0, 0] = -60
    for axis in (1, -1):
        likely = np.exp(far.astype(np.float64))
        likely /= likely.sum(axis, keepdims=True)
        add(f"LogSoftmax along {axis}",
            layer("LogSoftmax", 1, f"log_softmax_param {{ axis: {axis} }}"), [far],
            [np.log(np.maximum(likely, 1e-20))])


def movements():
    x = values((3, 4, 5), 31)
    for axis, indices, shape in [
        (0, [2, 0, 0, 1], (2, 2)), (1, [3], ()), (-1, [4, 4, 1], (3,)), (0, [1], ()),
        (1, [0, 3, 2, 1, 1, 0], (1, 2, 3)),
    ]:
        told = " ".join([f"indices: {i}" for i in indices] +
                        [f"shape: {extent}" for extent in shape or (0,)])
        add(f"Gather of {indices} along {axis}",
            layer("Gather", 1, f"gather_param {{ {told} axis: {axis} }}"), [x],
            [np.take(x, np.reshape(indices, shape), axis)])
    add("Gather of one", layer("Gather", 1, "gather_param { indices: 2 }"), [x], [x[2]])
    add("TileND", layer("TileND", 1, "tile_nd_param { axis: [2, -3] tiles: [2, 3] }"), [x],
        [np.tile(x, (3, 1, 2))])
    add("TileND of older files", layer("TileND", 1, "tile_nd_param { multiples: [1, 2, 3] }"), [x],
        [np.tile(x, (1, 2, 3))])
    x = values((3, 1, 5), 32)
    for shape in [(3, 4, 5), (2, 3, 2, 5), (3, 1, 5)]:
        told = ", ".join(str(extent) for extent in shape)
        add(f"BroadcastTo {shape}",
            layer("BroadcastTo", 1, f"broadcast_to_param {{ shape: [{told}] }}"), [x],
            [np.broadcast_to(x, shape)])
    a, b = values((2, 3, 4), 25), values((2, 3, 4), 26)
    for axis in (0, 1, -1):
        add(f"Stack at {axis}", layer("Stack", 2, f"stack_param {{ axis: {axis} }}"), [a, b],
            [np.stack([a, b], axis)])
    add("Stack of one", layer("Stack", 1), [a], [a[None]])
    for axis in (1, -2):
        add(f"Unstack of {axis}",
            layer("Unstack", 1, f"unstack_param {{ num: 3 axis: {axis} }}", tops=3), [a],
            [np.take(a, i, axis) for i in range(3)])
    for axes in [(0,), (-1,), (1, 3)]:
        shape = list(a.shape)
        for i, axis in enumerate(axes):
            shape.insert((axis + len(a.shape) + 1 if axis < 0 else axis) + i, 1)
        told = " ".join(f"axis: {axis}" for axis in axes)
        add(f"ExpandDimsND at {axes}",
            layer("ExpandDimsND", 1, f"expand_dims_nd_param {{ {told} }}"), [a], [a.reshape(shape)])
    add("Piece",
        layer("Piece", 1, "piece_param { begin: [0, 1, 2] size: [2, 2, -1] }"), [a], [a[:, 1:, 2:]])


def strided_slice():
    x = values((2, 5, 7, 6), 27)
    for name, told, result in [
        ("each second", "begin: [0, 0, 0, 1] end: [2, 5, 7, 6] strides: [1, 1, 2, 2]",
         x[:, :, ::2, 1::2]),
        ("backwards", "begin: [1, 4, 0] end: [-2, -6, 99] strides: [-1, -2, 3] end_mask: 3",
         x[1::-1, 4::-2, 0:99:3]),
        ("from the end", "begin: [0, -3] end: [2, -1]", x[:, -3:-1]),
        ("masks", "begin: [1, 3, 2] end: [1, 4, 5] begin_mask: 1 end_mask: 2 shrink_axis_mask: 4",
         x[:1, 3:, 2]),
        ("axes by name", "begin: [2, 1] end: [99, 4] strides: [2, 1] axes: [3, 1]",
         x[:, 1:4, :, 2::2]),
        ("one of many", "begin: [0, 4] end: [2, 5] strides: [1, 3]", x[:, 4:5]),
        ("all", "begin: [0] end: [2]", x),
    ]:
        add(f"StridedSlice, {name}",
            layer("StridedSlice", 1, f"strided_slice_param {{ {told} }}"), [x], [result])


def same(x, kernels, stride, dilation):
    """As its im2col has it: windows start before the image by half of what is missing."""
    n, _, *extents = x.shape
    num, per_group, *kernel = kernels.shape
    group = x.shape[1] // per_group
    out = [-(-extent // step) for extent, step in zip(extents, stride)]
    starts = []
    for extent, k, step in zip(extents, kernel, stride):
        missing = k - step if extent % step == 0 else k - extent % step
        starts.append(max(missing, 0) // 2)
    y = np.zeros((n, num, *out))
    for i, o, h, w, c, p, q in each((n, num, *out, per_group, *kernel)):
        row = h * stride[0] - starts[0] + p * dilation
        column = w * stride[1] - starts[1] + q * dilation
        if 0 <= row < extents[0] and 0 <= column < extents[1]:
            channel = o // (num // group) * per_group + c
            y[i, o, h, w] += float(x[i, channel, row, column]) * float(kernels[o, c, p, q])
    return y


def padding_same():
    for kind, told, extents, kernel, stride, dilation in [
        ("Convolution", "num_output: 2", (5, 7), (3, 4), (2, 3), 1),
        ("Convolution", "num_output: 2", (6, 7), (3, 2), (1, 1), 1),
        ("Convolution", "num_output: 2", (6, 4), (1, 1), (2, 3), 1),
        ("Convolution", "num_output: 2 dilation: 2", (7, 6), (3, 3), (2, 1), 2),
        ("ConvolutionDepthwise", "", (5, 7), (3, 4), (2, 3), 1),
    ]:
        x = values((2, 3, *extents), 28)
        kernels = values((3, 1, *kernel) if kind == "ConvolutionDepthwise" else (2, 3, *kernel), 29)
        add(f"{kind} of {extents} by {kernel} in steps of {stride}, dilated by {dilation}",
            layer(kind, 1, f"""convolution_param {{ {told} bias_term: false pad_type: 1
        kernel_h: {kernel[0]} kernel_w: {kernel[1]} stride_h: {stride[0]} stride_w: {stride[1]} }}"""),
            [x], [same(x, kernels, stride, dilation)], {"y:0": kernels})
