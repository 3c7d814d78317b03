"""Region layers of R-FCN's and MNC's forks, and the RPN layer in C++."""

import math

import numpy as np

from .detection import bilinear
from .fork_cases import defined, one_layer, repeated
from .numbers import values

f32 = np.float32


def half_away(x):
    return math.copysign(math.floor(abs(x) + 0.5), x)


def warped(x, boxes, bins, scale):
    y = np.zeros((len(boxes), x.shape[1], *bins))
    for r, (image, *box) in enumerate(boxes):
        left, top, right, bottom = (half_away(float(f32(v) * f32(scale))) for v in box)
        heights, widths = max(bottom - top, 0), max(right - left, 0)
        for c, i, j in np.ndindex(x.shape[1], *bins):
            plane = x[int(image), c].astype(np.float64)
            found = []
            for row in stops(i, heights, bins[0]):
                for column in stops(j, widths, bins[1]):
                    v = float(f32(top) + f32(row) * (f32(heights) / f32(bins[0])))
                    h = float(f32(left) + f32(column) * (f32(widths) / f32(bins[1])))
                    inside = (-0.5 <= v <= plane.shape[0] - 0.5 and
                              -0.5 <= h <= plane.shape[1] - 0.5)
                    if inside:
                        found.append(bilinear(plane, v, h))
            y[r, c, i, j] = max(found, default=0)
    return y


def stops(bin, extent, bins):
    """The samples in a bin, whose distances are added up in float32."""
    steps = math.ceil(f32(extent) / f32(bins))
    if steps == 0:
        return [float(bin)]
    at, places = f32(bin), []
    while at <= bin + 1:
        places.append(float(at))
        at = f32(at + f32(1 / steps))
    return places


def roi_warping():
    x = values((2, 2, 17, 23), 380)
    # Three steps miss the last sample from bin 5 on; the last box is a single pixel.
    boxes = np.array([[0, 0, 0, 22, 16], [1, 2.5, 1, 50, 19], [0, -4, -3, 20, 2], [1, 3, 3, 3, 3],
                      [0, 1, 2, 21.5, 16]], f32)
    for i, (bins, scale) in enumerate([((2, 3), 1.0), ((14, 14), 1.0), ((7, 8), 0.75)]):
        defined(f"roi_warping_{i}",
                one_layer % ("ROIWarping", f"roi_warping_param {{ pooled_h: {bins[0]} "
                             f"pooled_w: {bins[1]} spatial_scale: {scale:g} }}"),
                [x, boxes], warped(x, boxes, bins, scale))


def sampled(x, boxes, group, outputs, scale, samples):
    y = np.zeros((len(boxes), outputs, group, group))
    height, width = x.shape[2:]
    for r, (image, *box) in enumerate(boxes.astype(np.float64)):
        left, top, right, bottom = (v * scale for v in (box[0], box[1], box[2] + 1, box[3] + 1))
        bin_h, bin_w = max(bottom - top, 0.1) / group, max(right - left, 0.1) / group
        for c, i, j in np.ndindex(outputs, group, group):
            plane = x[int(image), (c * group + i) * group + j].astype(np.float64)
            v0, v1 = (min(max(k * bin_h + top, 0), height - 1) for k in (i, i + 1))
            h0, h1 = (min(max(k * bin_w + left, 0), width - 1) for k in (j, j + 1))
            for a, b in np.ndindex(samples, samples):
                v = v0 + (a + 1) * bin_h / (samples + 1)
                h = h0 + (b + 1) * bin_w / (samples + 1)
                if v < v1 and h < h1:
                    y[r, c, i, j] += bilinear(plane, v, h) / samples ** 2
    return y


def aligned(x, boxes, group, outputs, scale, samples):
    y = np.zeros((len(boxes), outputs, group, group))
    for r, (image, *box) in enumerate(boxes.astype(np.float64)):
        left, top, right, bottom = (v * scale for v in box)
        bin_h, bin_w = max(bottom - top, 1) / group, max(right - left, 1) / group
        rows, columns = (samples or math.ceil(extent) for extent in (bin_h, bin_w))
        for c, i, j in np.ndindex(outputs, group, group):
            plane = x[int(image), (c * group + i) * group + j].astype(np.float64)
            for a, b in np.ndindex(rows, columns):
                v = top + i * bin_h + (a + 0.5) * bin_h / rows
                h = left + j * bin_w + (b + 0.5) * bin_w / columns
                y[r, c, i, j] += bilinear(plane, v, h) / (rows * columns)
    return y


def psroi_align():
    x = values((2, 18, 7, 9), 390)
    boxes = np.array([[0, 0, 0, 8, 6], [1, 2.6, 1.2, 5, 9], [0, -4.3, -3.1, 20, 2.2],
                      [1, 3.3, 3, 3.3, 3]], f32)
    for i, (group, scale, samples, compute, name) in enumerate([
        (3, 1.0, 2, sampled, "sample_num"), (1, 0.5, 4, sampled, "sample_num"),
        (3, 0.75, 2, aligned, "sampling_ratio"), (3, 0.5, 0, aligned, "sampling_ratio"),
    ]):
        outputs = 18 // group ** 2
        defined(f"psroi_align_{i}",
                one_layer % ("PSROIAlign", f"psroi_align_param {{ spatial_scale: {scale:g} "
                             f"output_dim: {outputs} group_size: {group} {name}: {samples} }}"),
                [x, boxes], compute(x, boxes, group, outputs, scale, samples))


def proposed(scores, deltas, image, stride, side, ratios, scales, smallest, top, keep, allowed,
             whole):
    anchors = []
    for ratio in ratios:
        w = half_away(math.sqrt(side * side / ratio))
        h = half_away(w * ratio)
        for s in scales:
            center = (side - 1) / 2
            anchor = [center - (w * s - 1) / 2, center - (h * s - 1) / 2,
                      center + (w * s - 1) / 2, center + (h * s - 1) / 2]
            anchors.append([int(v) for v in anchor] if whole else anchor)
    found = []
    for row, column, a in np.ndindex(*scores.shape[2:], len(anchors)):
        left, up, right, down = anchors[a]
        w, h = right - left + 1, down - up + 1
        dx, dy, dw, dh = deltas[0, 4 * a:4 * a + 4, row, column].astype(np.float64)
        x = column * stride + left + 0.5 * w + dx * w
        y = row * stride + up + 0.5 * h + dy * h
        w, h = w * math.exp(dw), h * math.exp(dh)
        if w < smallest * image[2] or h < smallest * image[2]:
            continue
        clip = lambda v, most: min(max(v, 0), most)
        found.append((scores[0, len(anchors) + a, row, column],
                      clip(x - w / 2, image[1]), clip(y - h / 2, image[0]),
                      clip(x + w / 2, image[1]), clip(y + h / 2, image[0])))
    found.sort(key=lambda one: -one[0])
    found = found[:top] if top > 0 else found
    area = lambda l, t, r, b: max(r - l + 1, 0) * max(b - t + 1, 0)
    kept = []
    for one in found:
        overlaps = []
        for other in kept:
            common = area(max(one[1], other[1]), max(one[2], other[2]),
                          min(one[3], other[3]), min(one[4], other[4]))
            overlaps.append(common / (area(*one[1:]) + area(*other[1:]) - common))
        if all(overlap < allowed for overlap in overlaps):
            kept.append(one)
    kept = kept[:keep] if keep > 0 else kept
    return np.array([[0, *one[1:]] for one in kept]), np.array([[one[0]] for one in kept])


def rpn():
    for i, (ratios, scales, smallest, limit, top, keep, allowed) in enumerate([
        ([0.5, 1, 2], [1, 2], 20, "per_nms_topn", 0, 0, 0.5),
        ([0.7, 1.5], [1, 1.5], 16, "pre_nms_topn", 12, 5, 0.7),
        ([0.7, 1.5], [1, 1.5], 12, "per_nms_topn", 15, 6, 0.6),
    ]):
        n = len(ratios) * len(scales)
        scores = values((1, 2 * n, 3, 4), 400 + i, 1) + 0.5
        deltas = values((1, 4 * n, 3, 4), 410 + i, 0.8)
        image = np.array([[50, 63, 1.25]], f32)
        rois, found = proposed(scores, deltas, image[0], 16, 16, ratios, scales, smallest, top,
                               keep, allowed, limit == "per_nms_topn")
        # Their second top has four axes, here two.
        defined(f"rpn_{i}",
                'layer { name: "rois" type: "RPN" BOTTOMS top: "rois" top: "scores" rpn_param { '
                f'feat_stride: 16 basesize: 16 boxminsize: {smallest} '
                f'{repeated("scale", scales)} {repeated("ratio", ratios)} {limit}: {top} '
                f'post_nms_topn: {keep} nms_thresh: {allowed} }} }}',
                [scores, deltas, image], rois, found)
