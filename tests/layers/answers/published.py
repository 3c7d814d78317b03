"""Layers of published networks, of their GPU's code."""

import math

import numpy as np

from .network_cases import add, each, layer
from .numbers import values


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


def lite_flow_net():
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


def pwc_net():
    image, flow = values((2, 3, 4, 5), 1), values((2, 2, 4, 5), 4, 5)
    # To the middle of the last column and row, and a little beyond.
    flow[0, :, 1, 1] = [3, 2]
    flow[0, :, 1, 2] = [2.25, 0]
    flow[1, :, 2, 3] = [0, 1.5]
    add("Warp by a flow, as PWC-Net has it",
        'layer { name: "y" type: "Warp" bottom: "x0" bottom: "x1" top: "y" }',
        [image, flow], [warp_by_flow(image, flow)])


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


def diagonal_filler_of_flow_net():
    x = values((2, 3, 3, 4), 5)
    for num, rows, columns, given in [(2, 1, 1, [1.5, -2]), (4, 2, 3, [6])]:
        told = " ".join(f"diag_val: {v}" for v in given)
        add(f"the filler diagonal, {rows} by {columns}",
            f"""layer {{ name: "y" type: "Convolution" bottom: "x0" top: "y" convolution_param {{
        num_output: {num} kernel_h: {rows} kernel_w: {columns}
        weight_filler {{ type: "diagonal" {told} }} bias_filler {{ type: "constant" }} }} }}""",
            [x], [convolved(x, filled(num, 3, (rows, columns), given))])


def cudnn_batch_norm():
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


def ordinal_decode_layer_of_dorn():
    x = values((2, 7, 2, 3), 11)
    x[0, 1, 0, 0] = x[0, 0, 0, 0]  # As large is not larger.
    labels = np.zeros((2, 1, 2, 3))
    for i, k, h, w in each((2, 3, 2, 3)):
        labels[i, 0, h, w] += np.argmax(x[i, 2 * k:2 * k + 2, h, w])
    add("OrdinalDecodeLayer",
        """layer { name: "y" type: "Python" bottom: "x0" top: "y" python_param {
    module: "ordinal_decode_layer" layer: "OrdinalDecodeLayer" } }""", [x], [labels])


def auto_crop_of_rcf():
    x = values((1, 1, 3, 4), 12)
    add("AutoCrop",
        """layer { name: "c" type: "Convolution" bottom: "x0" top: "c" convolution_param { num_output: 1
    kernel_size: 1 pad_h: 1 pad_w: 2 weight_filler { type: "constant" value: 2 } } }
    layer { name: "y" type: "AutoCrop" bottom: "c" bottom: "x0" top: "y" }""", [x], [2.0 * x])


def attended(x, mask, distributes, softmax, factor):
    n, channels, height, width = x.shape
    out = np.zeros(x.shape)
    for i in range(n):
        weights = np.zeros((height, width, height, width))  # of a position, for each sum
        for h, w, a, b in each((height, width, height, width)):
            channel = (a - h + height - 1) * (2 * width - 1) + b - w + width - 1
            at = (h, w, a, b) if distributes else (a, b, h, w)
            weights[at] = mask[i, channel, h, w]
        if softmax:
            weights = np.exp(weights - weights.max((0, 1)))
            weights /= weights.sum((0, 1))
        for c, h, w in each(x.shape[1:]):
            out[i, c, h, w] = (x[i, c].astype(np.float64) * weights[:, :, h, w]).sum() / factor
    return out


def psa_net():
    text = """layer { name: "y" type: "PointwiseSpatialAttention" bottom: "x0" bottom: "x1" top: "y"
    pointwise_spatial_attention_param { %s } }"""
    for (height, width), told, distributes, softmax, factor in [
        ((3, 4), "psa_type: COLLECT is_softmax: true normalization_factor: 1", False, True, 1),
        ((3, 4), "psa_type: DISTRIBUTE is_softmax: true normalization_factor: 1", True, True, 1),
        ((2, 3), "", False, False, 15),
        ((3, 1), "psa_type: DISTRIBUTE normalization_factor: 0.5 attention_mask_height: 5 "
                 "attention_mask_width: 1", True, False, 0.5),
    ]:
        x = values((2, 3, height, width), 13)
        mask = values((2, (2 * height - 1) * (2 * width - 1), height, width), 14)
        add(f"PointwiseSpatialAttention {height} by {width} {told}", text % told, [x, mask],
            [attended(x, mask, distributes, softmax, factor)])


def text_proposals(scores, deltas, image, stride):
    _, _, rows, columns = scores.shape
    boxes, found = [], []
    for row, column, a in each((rows, columns, 10)):
        tall = [11, 16, 23, 33, 48, 68, 97, 139, 198, 283][a]
        # The fork's integers: int() drops the fraction of what is above and below 0.
        first, last = int(7.5 - tall // 2) + row * stride, int(7.5 + tall // 2) + row * stride
        left, right = int(7.5 - 16 // 2) + column * stride, int(7.5 + 16 // 2) + column * stride
        move, grow = (float(deltas[0, 2 * a + k, row, column]) for k in (0, 1))
        height = math.exp(grow) * (last - first + 1)
        top = move * (last - first + 1) + (first + last) / 2 - height / 2
        cut = lambda v, extent: max(min(v, extent - 1), 0)
        boxes.append([cut(left, image[0, 1]), cut(top, image[0, 0]),
                      cut(right, image[0, 1]), cut(top + height, image[0, 0])])
        found.append([scores[0, 10 + a, row, column]])
    return np.array(boxes), np.array(found)


def text_proposal_layer_of_ctpn():
    scores, deltas = values((1, 20, 2, 3), 15), values((1, 20, 2, 3), 16, 1)
    for image in [(40, 45), (300, 200, 1.5)]:
        info = np.array([image], np.float32)
        for stride in (16, 8):
            add(f"CTPN's ProposalLayer, stride {stride}, {len(image)} numbers of an image",
                """layer { name: "proposal" type: "Python" bottom: "x0" bottom: "x1" bottom: "x2"
    top: "rois" top: "scores" python_param { module: "layers.text_proposal_layer"
    layer: "ProposalLayer" param_str: "'feat_stride': %d" } }""" % stride,
                [scores, deltas, info], text_proposals(scores, deltas, info, stride))


def mask_resized(x, rows, columns):
    n, channels, height, width = x.shape
    out = np.zeros((n, channels, rows, columns))
    for i, c, h, w in each(out.shape):
        v, u = h * height / rows, w * width / columns
        if v > height - 0.5 or u > width - 0.5:
            continue
        r, k = min(int(v), height - 1), min(int(u), width - 1)
        a, b = (0 if r == height - 1 else v - r), (0 if k == width - 1 else u - k)
        below, right = min(r + 1, height - 1), min(k + 1, width - 1)
        out[i, c, h, w] = ((1 - a) * ((1 - b) * float(x[i, c, r, k]) + b * float(x[i, c, r, right])) +
                           a * ((1 - b) * float(x[i, c, below, k]) + b * float(x[i, c, below, right])))
    return out


def sstd():
    for (height, width), (rows, columns), told in [
        ((21, 21), (14, 14), "output_height: 14 output_width: 14"),
        ((17, 24), (2, 3), "output_height: 1 output_width: 1 factor_height: 0.125 factor_width: 0.125"),
        ((3, 4), (6, 5), "output_height: 6 output_width: 5"),
        ((4, 3), (4, 2), "output_height: 4 output_width: 7 factor_width: 0.7"),
    ]:
        x = values((2, 1, height, width), 17)
        add(f"MaskResize {height} by {width} {told}",
            layer("MaskResize", 1, f"mask_resize_param {{ {told} }}"), [x],
            [mask_resized(x, rows, columns)])
    x, mask = values((2, 3, 2, 4), 18), values((2, 1, 2, 4), 19)
    add("MaskPooling", layer("MaskPooling", 2), [x, mask], [x.astype(np.float64) * mask])


def ron_boxes(objects, classes, moves, stride, scale, count, side):
    _, _, rows, columns = objects.shape
    anchors = []
    for ratio in [0.333, 0.5, 1, 2, 3]:
        w = round(math.sqrt(side * side / ratio))
        h = round(w * ratio)
        anchors += [(w * s, h * s) for s in (scale, scale + 1)]
    boxes, scores = [], []
    for row, column, a in each((rows, columns, 10)):
        w, h = anchors[a]
        dx, dy, dw, dh = moves[0, 4 * a:4 * a + 4, row, column].astype(np.float64)
        x = column * stride + (side - 1) / 2 - (w - 1) / 2 + w / 2 + dx * w
        y = row * stride + (side - 1) / 2 - (h - 1) / 2 + h / 2 + dy * h
        w, h = w * math.exp(dw), h * math.exp(dh)
        boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
        scores.append([objects[0, 10 + a, row, column],
                       *(classes[0, k, a * rows + row, column] for k in range(1, count))])
    return np.array([boxes]), np.array([scores])


def det_layer_of_ron():
    for stride, scale, count, side in [(64, 7, 4, 32), (8, 1, 2, 38)]:
        objects, classes = values((1, 20, 2, 3), 20, 1), values((1, count, 20, 3), 21, 1)
        moves = values((1, 40, 2, 3), 22, 1)
        more = "" if side == 32 else f"\\n'base_size': {side}"
        add(f"RON's DetLayer, stride {stride}",
            """layer { name: "det" type: "Python" bottom: "x0" bottom: "x1" bottom: "x2"
    top: "rois" top: "scores" python_param { module: "ron_layer.det_layer" layer: "DetLayer"
    param_str: "'stride_scale_numcls': %d,%d,%d%s" } }""" % (stride, scale, count, more),
            [objects, classes, moves],
            ron_boxes(objects, classes, moves, stride, scale, count, side))
