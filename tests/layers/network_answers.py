"""Works out answers of layers of published networks and of tool chains: network_answers.json.

They are written down here from the forks' sources, one element at a time, in float64.

    pip install numpy
    python tests/layers/network_answers.py

Linux has the random numbers of CompactBilinear.
"""

import ctypes
import json
import math
import pathlib

import numpy as np

cases = []


def values(shape, seed, scale=4.0):
    """Numbers that look random and are few digits long."""
    n = int(np.prod(shape))
    x = (np.arange(n) * 7919 + seed * 104729) % 1009 / 1009.0 - 0.5
    return np.round(x * scale, 3).astype(np.float32).reshape(shape)


def tensor(x):
    # Nine digits tell a float32 from its neighbours.
    return {"shape": list(np.shape(x)), "data": [float(f"{v:.9g}") for v in np.ravel(x)]}


def add(name, layers, inputs, outputs, blobs=None):
    """Inputs are called x0, x1 …; blobs are learned ones, by their layer and position: "y:0"."""
    given = "".join(
        f'input: "x{i}" input_shape {{ {" ".join(f"dim: {d}" for d in x.shape)} }}\n'
        for i, x in enumerate(inputs)
    )
    cases.append({
        "name": name,
        "text": given + layers,
        "inputs": [tensor(x) for x in inputs],
        "blobs": {where: tensor(x) for where, x in (blobs or {}).items()},
        "outputs": [tensor(x) for x in outputs],
    })


def each(shape):
    return np.ndindex(*shape)


# LiteFlowNet's layers, of its GPU.

def grid_of(x):
    n, _, h, w = x.shape
    out = np.zeros((n, 2, h, w))
    for i, j, k in each((n, h, w)):
        out[i, 0, j, k], out[i, 1, j, k] = k, j
    return out


def warp_to_places(image, places):
    n, channels, height, width = image.shape
    out = np.zeros(image.shape)
    for i, c, h, w in each(image.shape):
        x, y = float(places[i, 0, h, w]), float(places[i, 1, h, w])
        for px in (math.floor(x), math.floor(x) + 1):
            for py in (math.floor(y), math.floor(y) + 1):
                if 0 <= px < width and 0 <= py < height:
                    out[i, c, h, w] += (1 - abs(x - px)) * (1 - abs(y - py)) * image[i, c, py, px]
    return out


def exp_max(x, base=math.e, scale=1.0, shift=0.0):
    out = np.zeros(x.shape)
    for i, c, h, w in each(x.shape):
        below = float(x[i, c, h, w]) - float(x[i, :, h, w].max())
        out[i, c, h, w] = base ** shift * math.exp(math.log(base) * scale * below)
    return out


image, flow = values((2, 3, 4, 5), 1), values((2, 2, 4, 5), 2, 9)
flow[0, :, 0, 0] = 0
flow[0, :, 3, 4] = [-0.25, 0.5]
add("Grid", 'layer { name: "y" type: "Grid" bottom: "x0" top: "y" }', [image], [grid_of(image)])
add(
    "Warp by places, as LiteFlowNet has it",
    """layer { name: "g" type: "Grid" bottom: "x1" top: "g" }
    layer { name: "p" type: "Eltwise" bottom: "x1" bottom: "g" top: "p"
      eltwise_param { coeff: 1 coeff: 1 } }
    layer { name: "y" type: "Warp" bottom: "x0" bottom: "p" top: "y" }""",
    [image, flow], [warp_to_places(image, grid_of(flow) + flow)])

x = values((2, 5, 2, 3), 3, 8)
add("NegSquare", 'layer { name: "y" type: "NegSquare" bottom: "x0" top: "y" }', [x],
    [-x.astype(np.float64) ** 2])
for name, told, settings in [
    ("as it is", "", {}),
    ("with settings", "expmax_param { base: 2 scale: 0.5 shift: 1.5 }",
     {"base": 2.0, "scale": 0.5, "shift": 1.5}),
]:
    add(f"ExpMax {name}", f'layer {{ name: "y" type: "ExpMax" bottom: "x0" top: "y" {told} }}',
        [x], [exp_max(x, **settings)])


# PWC-Net's Warp, of its GPU.

def warp_by_flow(image, flow):
    n, channels, height, width = image.shape
    out = np.zeros(image.shape)
    for i, c, h, w in each(image.shape):
        x, y = w + float(flow[i, 0, h, w]), h + float(flow[i, 1, h, w])
        if not (0 <= x <= width - 1 and 0 <= y <= height - 1):
            continue
        left, top, right, below = math.floor(x), math.floor(y), math.ceil(x), math.ceil(y)
        a, b = x - left, y - top
        picture = image[i, c].astype(np.float64)
        out[i, c, h, w] = (
            (1 - a) * (1 - b) * picture[top, left] + a * (1 - b) * picture[top, right] +
            (1 - a) * b * picture[below, left] + a * b * picture[below, right])
    return out


flow = values((2, 2, 4, 5), 4, 5)
# To the middle of the last column and row, and a little beyond.
flow[0, :, 1, 1] = [3, 2]
flow[0, :, 1, 2] = [2.25, 0]
flow[1, :, 2, 3] = [0, 1.5]
add("Warp by a flow, as PWC-Net has it",
    'layer { name: "y" type: "Warp" bottom: "x0" bottom: "x1" top: "y" }',
    [image, flow], [warp_by_flow(image, flow)])


# The filler that FlowNet's last layer has.

def filled(num, channels, extents, given):
    area = extents[0] * extents[1]
    out = np.zeros((num, channels, *extents))
    for n in range(min(num, channels)):
        out[n, n] = (given[n] if n < len(given) else 1) / area
    return out


def convolved(x, kernels):
    n, _, height, width = x.shape
    num, _, rows, columns = kernels.shape
    out = np.zeros((n, num, height - rows + 1, width - columns + 1))
    for i, o, h, w in each(out.shape):
        window = x[i, :, h:h + rows, w:w + columns].astype(np.float64)
        out[i, o, h, w] = (window * kernels[o]).sum()
    return out


x = values((2, 3, 3, 4), 5)
for num, rows, columns, given in [(2, 1, 1, [1.5, -2]), (4, 2, 3, [6])]:
    told = " ".join(f"diag_val: {v}" for v in given)
    add(f"the filler diagonal, {rows} by {columns}",
        f"""layer {{ name: "y" type: "Convolution" bottom: "x0" top: "y" convolution_param {{
        num_output: {num} kernel_h: {rows} kernel_w: {columns}
        weight_filler {{ type: "diagonal" {told} }} bias_filler {{ type: "constant" }} }} }}""",
        [x], [convolved(x, filled(num, 3, (rows, columns), given))])


# GENet's and SKNet's CuDNNBatchNorm.

x = values((2, 3, 2, 4), 6)
scale, bias, mean = (values((1, 3, 1, 1), seed) for seed in (7, 8, 9))
variance = np.abs(values((1, 3, 1, 1), 10)) + np.float32(0.125)
blobs = {f"y:{i}": blob for i, blob in enumerate([scale, bias, mean, variance])}
for name, told, eps in [
    ("GENet", "cudnn_batch_norm_param { frozen: false momentum: 0.95 }", 1e-5),
    ("SKNet", "batch_norm_param { frozen: false momentum: 0.95 eps: 0.001 }", 1e-3),
]:
    root = np.sqrt(variance.astype(np.float64) + eps)
    add(f"CuDNNBatchNorm of {name}",
        f'layer {{ name: "y" type: "CuDNNBatchNorm" bottom: "x0" top: "y" {told} }}',
        [x], [scale * ((x.astype(np.float64) - mean) / root) + bias], blobs)


# DORN's layer in Python, RCF's AutoCrop.

x = values((2, 7, 2, 3), 11)
x[0, 1, 0, 0] = x[0, 0, 0, 0]  # As large is not larger.
labels = np.zeros((2, 1, 2, 3))
for i, k, h, w in each((2, 3, 2, 3)):
    labels[i, 0, h, w] += np.argmax(x[i, 2 * k:2 * k + 2, h, w])
add("OrdinalDecodeLayer",
    """layer { name: "y" type: "Python" bottom: "x0" top: "y" python_param {
    module: "ordinal_decode_layer" layer: "OrdinalDecodeLayer" } }""", [x], [labels])

x = values((1, 1, 3, 4), 12)
add("AutoCrop",
    """layer { name: "c" type: "Convolution" bottom: "x0" top: "c" convolution_param { num_output: 1
    kernel_size: 1 pad_h: 1 pad_w: 2 weight_filler { type: "constant" value: 2 } } }
    layer { name: "y" type: "AutoCrop" bottom: "c" bottom: "x0" top: "y" }""", [x], [2.0 * x])


# The attention and the bilinear pooling of VQA-MCB.

a, b = values((2, 3, 2, 4), 13), values((2, 5, 2, 4), 14)
products = np.zeros((2, 15, 1, 1))
for n, c, d, h, w in each((2, 3, 5, 2, 4)):
    products[n, c * 5 + d, 0, 0] += float(a[n, c, h, w]) * float(b[n, d, h, w])
add("Bilinear", 'layer { name: "y" type: "Bilinear" bottom: "x0" bottom: "x1" top: "y" }',
    [a, b], [products])


def compact_bilinear(bottoms, size, pools):
    libc = ctypes.CDLL("libc.so.6")
    libc.srand(1)
    transforms = []
    for bottom in bottoms:
        n, channels, height, width = bottom.shape
        places = [libc.rand() % size for _ in range(channels)]
        signs = [2 * (libc.rand() % 2) - 1 for _ in range(channels)]
        sketch = np.zeros((n, height, width, size))
        for c in range(channels):
            sketch[..., places[c]] += signs[c] * bottom[:, c].astype(np.float64)
        transforms.append(np.fft.rfft(sketch))
    # The fork's inverse does not divide.
    out = np.fft.irfft(transforms[0] * transforms[1], size) * size
    out = out.transpose(0, 3, 1, 2)
    return out.sum((2, 3), keepdims=True) if pools else out


sketch = """layer { name: "y" type: "CompactBilinear" bottom: "x0" bottom: "%s" top: "y"
    compact_bilinear_param { num_output: %d %s } }"""
for size, settings, pools in (
    (8, "", True), (40, "sum_pool: true", True), (6, "sum_pool: false", False),
    (7, "sum_pool: false", False), (1, "sum_pool: false", False),
):
    add(f"CompactBilinear {size} {settings}".strip(), sketch % ("x1", size, settings), [a, b],
        [compact_bilinear([a, b], size, pools)])
add("CompactBilinear of itself", sketch % ("x0", 16, ""), [a],
    [compact_bilinear([a, a], 16, True)])
c, d = values((3, 40, 1, 1), 23), values((3, 33, 1, 1), 24)
add("CompactBilinear of one position", sketch % ("x1", 64, "sum_pool: false"), [c, d],
    [compact_bilinear([c, d], 64, False)])

alpha, beta = values((2, 1, 2, 4), 15), values((2, 1), 16)
sums = np.zeros((2, 3, 1, 1))
for n, c, h, w in each(a.shape):
    sums[n, c, 0, 0] += float(beta[n, 0]) * float(a[n, c, h, w]) * float(alpha[n, 0, h, w])
add("SoftAttention",
    """layer { name: "y" type: "SoftAttention"
    bottom: "x0" bottom: "x1" bottom: "x2" top: "y" }""", [a, alpha, beta], [sums])


# Synopsys's layers of two operands, and Cambricon's.

def layer(kind, count, settings="", tops=1):
    bottoms = " ".join(f'bottom: "x{i}"' for i in range(count))
    named = " ".join(f'top: "y{i}"' for i in range(tops)) if tops > 1 else 'top: "y"'
    return f'layer {{ name: "y" type: "{kind}" {bottoms} {named} {settings} }}'


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

# Its Eltwise, whose second bottom has a run of the first one's axes.
a, c = values((2, 3, 2, 4), 21), values((2, 3, 2, 4), 22)
runs = {0: (2, 3), 1: (3,), 2: (2, 4), -1: (4,)}
for axis, run in runs.items():
    b = values(run, 23)
    b[b == 0] = 1
    start = axis % 4
    placed = b.reshape([1] * start + list(run) + [1] * (4 - start - len(run))).astype(np.float64)
    for operation, f in [
        ("PROD", np.multiply), ("MAX", np.maximum), ("MIN", np.minimum), ("DIV", np.divide),
    ]:
        add(f"Eltwise, {operation} from axis {axis} on",
            layer("Eltwise", 2, f"eltwise_param {{ operation: {operation} axis: {axis} }}"),
            [a, b], [f(a.astype(np.float64), placed)])
    add(f"Eltwise, SUM of three from axis {axis} on",
        layer("Eltwise", 3, f"eltwise_param {{ coeff: [2, -1, 0.5] axis: {axis} }}"),
        [a, b, c], [2.0 * a - placed + 0.5 * c])

# Its reductions.
x = values((2, 3, 2, 4), 24)
for kind, f in [("Sum", np.sum), ("Mean", np.mean), ("Max", np.max), ("Min", np.min)]:
    for axes in [(2, 3), (1,), (-1, 0), ()]:
        for keep in (False, True):
            told = " ".join(f"axis: {axis}" for axis in axes)
            result = f(x.astype(np.float64), axis=axes if axes else None, keepdims=keep)
            add(f"Reduce{kind} of {axes}{', kept' if keep else ''}",
                layer(f"Reduce{kind}", 1,
                      f"reduce_{kind.lower()}_param {{ {told} keepdims: {str(keep).lower()} }}"),
                [x], [result])

for kind, order in [("L1", 1), ("L2", 2)]:
    for axes, keep in [((2, 3), 0), ((1,), 1), ((-1, 0), 0), ((), 1), ((), 0)]:
        told = " ".join(f"axes: {axis}" for axis in axes) + ("" if keep else " keepdims: 0")
        result = np.sum(np.abs(x.astype(np.float64)) ** order, axis=axes or None,
                        keepdims=bool(keep)) ** (1 / order)
        add(f"Reduce{kind} of {axes}{', kept' if keep else ''}",
            layer(f"Reduce{kind}", 1, f"reduce_{kind.lower()}_param {{ {told} }}"), [x], [result])

# Its functions of one number, and the logarithm of probabilities.
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

# Its layers that move.
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


# Its padding "SAME".

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


# Layers of forks that stand alone.

for i, shape in enumerate([(2, 3, 2, 5), (3, 7)]):
    x = values(shape, 40 + i)
    add(f"BReLU of {shape}", layer("BReLU", 1, "brelu_param { minval: -0.5 maxval: 1 }"), [x],
        [np.minimum(np.maximum(x, np.float32(-0.5)), 1)])

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

for told, eps in [("", 1e-4), ("instance_norm_param { eps: 0.25 affine: false }", 0.25)]:
    x = values((2, 3, 4, 5), 45, 0.05)
    y = np.zeros(x.shape)
    for n, c in each(x.shape[:2]):
        plane = x[n, c].astype(np.float64)
        y[n, c] = (plane - plane.mean()) / math.sqrt(((plane - plane.mean()) ** 2).mean() + eps)
    add(f"InstanceNorm with eps {eps}", layer("InstanceNorm", 1, told), [x], [y])

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


for kind, told, kernel, stride in [
    ("FIXED", "unpooling_param { unpool: FIXED out_kernel_size: 3 out_stride: 2 }", (3, 3), (2, 2)),
    ("FIXED", "unpooling_param { unpool: FIXED out_kernel_h: 2 out_kernel_w: 4 out_stride_h: 2 "
     "out_stride_w: 3 }", (2, 4), (2, 3)),
    ("DIV", "unpooling_param { unpool: DIV out_kernel_size: 2 out_stride: 2 }", (2, 2), (2, 2)),
    ("REP", "unpooling_param { unpool: REP out_kernel_size: 2 out_stride_h: 3 out_stride_w: 2 }",
     (2, 2), (3, 2)),
    ("AVE", "pooling_param { pool: AVE kernel_size: 3 stride: 3 }", (3, 3), (3, 3)),
    ("MAX", "pooling_param { kernel_h: 1 kernel_w: 2 stride_h: 1 stride_w: 2 }", (1, 2), (1, 2)),
    ("TILE", "unpooling_param { unpool: TILE kernel_size: 2 stride: 2 }", (2, 2), (2, 2)),
]:
    x = values((2, 3, 3, 4), 51)
    add(f"UnPooling {told}", layer("UnPooling", 1, told), [x], [un_pooled(x, kernel, stride, kind)])


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


path = pathlib.Path(__file__).with_name("network_answers.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases in {path}")
