"""Works out answers of layers that published networks brought: network_answers.json.

They are written down here from the forks' sources, one element at a time, in float64.

    pip install numpy
    python tests/layers/network_answers.py
"""

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

alpha, beta = values((2, 1, 2, 4), 15), values((2, 1), 16)
sums = np.zeros((2, 3, 1, 1))
for n, c, h, w in each(a.shape):
    sums[n, c, 0, 0] += float(beta[n, 0]) * float(a[n, c, h, w]) * float(alpha[n, 0, h, w])
add("SoftAttention",
    """layer { name: "y" type: "SoftAttention"
    bottom: "x0" bottom: "x1" bottom: "x2" top: "y" }""", [a, alpha, beta], [sums])


path = pathlib.Path(__file__).with_name("network_answers.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases in {path}")
