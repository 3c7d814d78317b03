"""Layers of detectors."""

import math

import numpy as np

from .fork_cases import defined, one_layer, repeated
from .numbers import values


def activated(x, classes, num, coords, softmax):
    n, _, height, width = x.shape
    y = x.astype(np.float64).reshape(n, num, coords + 1 + classes, height, width).copy()
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    y[:, :, :2] = sigmoid(y[:, :, :2])
    y[:, :, coords] = sigmoid(y[:, :, coords])
    scores = y[:, :, coords + 1:]
    e = np.exp(scores - scores.max(2, keepdims=True))
    y[:, :, coords + 1:] = e / e.sum(2, keepdims=True) if softmax else sigmoid(scores)
    return y.reshape(x.shape)


def region():
    for i, (classes, num, coords, softmax, height, width) in enumerate(
            [(3, 2, 4, True, 2, 3), (1, 3, 4, False, 1, 4), (4, 1, 2, True, 3, 2)]):
        x = values((2, num * (coords + 1 + classes), height, width), 40 + i, 9)
        param = (f"classes: {classes} num: {num} coords: {coords} softmax: {str(softmax).lower()} "
                 + "anchors: 1 anchors: 2.5 ")
        defined(f"region_{i}",
                'layer { name: "y" type: "Region" BOTTOMS top: "y" region_param { %s } }' % param,
                [x], activated(x, classes, num, coords, softmax))


def bilinear(x, row, column):
    height, width = x.shape
    if row < -1 or row > height or column < -1 or column > width:
        return 0.0
    row, column = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
    r, c = int(row), int(column)
    below, right = min(r + 1, height - 1), min(c + 1, width - 1)
    v, h = row - r, column - c
    return ((x[r, c] * (1 - h) + x[r, right] * h) * (1 - v)
            + (x[below, c] * (1 - h) + x[below, right] * h) * v)


def aligned(x, boxes, bins, scale, samples):
    y = np.zeros((len(boxes), x.shape[1], *bins))
    for r, (image, *box) in enumerate(boxes.astype(np.float64)):
        left, top, right, bottom = (v * scale for v in box)
        extents = max(bottom - top, 1) / bins[0], max(right - left, 1) / bins[1]
        steps = [samples if samples > 0 else math.ceil(e) for e in extents]
        for c, i, j in np.ndindex(x.shape[1], *bins):
            total = 0.0
            for a, b in np.ndindex(*steps):
                total += bilinear(x[int(image), c].astype(np.float64),
                                  top + (i + (a + 0.5) / steps[0]) * extents[0],
                                  left + (j + (b + 0.5) / steps[1]) * extents[1])
            y[r, c, i, j] = total / (steps[0] * steps[1])
    return y


def roi_align():
    x = values((2, 2, 5, 7), 80)
    boxes = np.array([[0, 0, 0, 6, 4], [1, 2.5, 1, 5, 9], [0, -4, -3, 20, 2], [1, 3, 3, 3, 3]],
                     np.float32)
    for i, (bins, scale, samples, text) in enumerate([
        ((2, 3), 1.0, 2, "sampling_ratio: 2"),
        ((1, 2), 0.5, 0, "sampling_ratio: -1"),
        ((3, 1), 0.75, 3, "sample_ratio: 3"),
    ]):
        defined(f"roi_align_{i}",
                one_layer % ("ROIAlign", f"roi_align_param {{ pooled_h: {bins[0]} "
                             f"pooled_w: {bins[1]} spatial_scale: {scale:g} {text} }}"),
                [x, boxes], aligned(x, boxes, bins, scale, samples))


def proposals(scores, deltas, image, stride, base, ratios, scales, smallest, top, keep, allowed,
              keeps_small=False):
    half = lambda v: math.floor(v + 0.5)
    anchors = []
    for ratio in ratios:
        w = half(math.sqrt(base * base / ratio))
        h = half(w * ratio)
        for s in scales:
            center, x, y = (base - 1) / 2, (w * s - 1) / 2, (h * s - 1) / 2
            anchors.append((center - x, center - y, center + x, center + y))
    _, _, rows, columns = scores.shape
    found = []
    for row in range(rows):
        for column in range(columns):
            for a, (x0, y0, x1, y1) in enumerate(anchors):
                dx, dy, dw, dh = deltas[0, 4 * a:4 * a + 4, row, column].astype(np.float64)
                w, h = x1 - x0 + 1, y1 - y0 + 1
                x = x0 + column * stride + w / 2 + dx * w
                y = y0 + row * stride + h / 2 + dy * h
                w, h = w * math.exp(dw), h * math.exp(dh)
                cut = lambda v, extent: min(max(v, 0), extent - 1)
                box = (cut(x - w / 2, image[1]), cut(y - h / 2, image[0]),
                       cut(x + w / 2, image[1]), cut(y + h / 2, image[0]))
                large = min(box[2] - box[0], box[3] - box[1]) + 1 >= smallest * image[2]
                if large or keeps_small:
                    score = scores[0, len(anchors) + a, row, column] if large else 0
                    found.append((score, box))
    found = sorted(found, key=lambda one: -one[0])[:top]
    area = lambda b: max(b[2] - b[0] + 1, 0) * max(b[3] - b[1] + 1, 0)
    kept = []
    for score, box in found:
        def overlap(other):
            common = area((max(box[0], other[0]), max(box[1], other[1]),
                           min(box[2], other[2]), min(box[3], other[3])))
            return common / (area(box) + area(other) - common)
        if all(overlap(other) <= allowed for _, other in kept):
            kept.append((score, box))
    kept = kept[:keep]
    return (np.array([[0, *box] for _, box in kept], np.float32),
            np.array([[score] for score, _ in kept], np.float32))


def proposal():
    for i, (stride, base, ratios, scales, smallest, top, keep, allowed) in enumerate([
        (16, 16, [0.5, 1, 2], [1], 4, 50, 20, 0.5),
        (8, 12, [0.7, 1.5], [1, 2], 6, 9, 4, 0.3),
        (4, 8, [1], [0.5, 1.25], 2, 100, 100, 0.7),
    ]):
        n = len(ratios) * len(scales)
        scores = values((1, 2 * n, 3, 4), 90 + i, 1) + 0.5
        deltas = values((1, 4 * n, 3, 4), 95 + i, 0.8)
        image = np.array([[3 * stride + 2, 4 * stride - 1, 1.0]], np.float32)
        rois, found = proposals(scores, deltas, image[0], stride, base, ratios, scales, smallest,
                                top, keep, allowed, keeps_small=True)
        tops = 'top: "rois" top: "scores"' if i != 1 else 'top: "rois"'
        defined(f"proposal_{i}",
                f'layer {{ name: "rois" type: "Proposal" BOTTOMS {tops} proposal_param {{ '
                f'feat_stride: {stride} base_size: {base} min_size: {smallest} '
                f'{repeated("ratio", ratios)} {repeated("scale", scales)} pre_nms_topn: {top} '
                f'post_nms_topn: {keep} nms_thresh: {allowed} }} }}',
                [scores, deltas, image], *([rois, found[:, 0]] if i != 1 else [rois]))


def simpler_nms():
    # The scale, whose fraction does not count, decides which boxes are too small.
    for i, (scale, smallest, top, keep) in enumerate([(1.9, 16, 6000, 300), (2.4, 14, 30, 5)]):
        scores = values((1, 12, 3, 4), 190 + i, 1) + 0.5
        deltas = values((1, 24, 3, 4), 195 + i, 0.8)
        image = np.array([[50, 63, scale]], np.float32)
        rois, _ = proposals(scores, deltas, [50, 63, int(scale)], 16, 16, [0.5, 1, 2], [1, 2.5],
                            smallest, top, keep, 0.7 if i == 0 else 0.4)
        said = "" if i == 0 else (
            f"min_bbox_size: {smallest} pre_nms_topn: {top} post_nms_topn: {keep} "
            "iou_threshold: 0.4 cls_threshold: 0.9 feat_stride: 16")
        defined(f"simpler_nms_{i}",
                'layer { name: "rois" type: "SimplerNMS" BOTTOMS top: "rois" simpler_nms_param { '
                f'scale: 1 scale: 2.5 {said} }} }}', [scores, deltas, image], rois)


def ssh_proposal():
    # The third image is small, so that boxes coincide, and all are given nonetheless.
    for i, (stride, scales, size) in enumerate([(8, [1, 2], 60), (32, [16, 32], 300), (8, [4], 2)]):
        n = len(scales)
        scores = values((1, 2 * n, 3, 4), 290 + i, 1) + 0.5
        deltas = values((1, 4 * n, 3, 4), 295 + i, 0.8)
        image = np.array([[size, size + 7, 1.5]], np.float32)
        rois, found = proposals(scores, deltas, image[0], stride, 16, [1], scales, 0, 1000, 1000, 1)
        defined(f"ssh_proposal_{i}",
                'layer { name: "rois" type: "Python" BOTTOMS top: "rois" top: "scores" '
                'python_param { module: "SSH.layers.proposal_layer" layer: "ProposalLayer" '
                f"param_str: \"{{'feat_stride': {stride},'scales': {scales}, 'ratios':[1,]}}\" }} }}",
                [scores, deltas, image], rois, found)


def refined(loc, conf, priors, arm_conf, arm_loc, classes, objectness, confidence, allowed, top,
            keep):
    known = priors.shape[2] // 4
    boxes, variances = priors[0].reshape(2, known, 4).astype(np.float64)

    def decode(prior, variance, move):
        w, h = prior[2] - prior[0], prior[3] - prior[1]
        x = (prior[0] + prior[2]) / 2 + variance[0] * move[0] * w
        y = (prior[1] + prior[3]) / 2 + variance[1] * move[1] * h
        w, h = w * math.exp(variance[2] * move[2]), h * math.exp(variance[3] * move[3])
        return (x - w / 2, y - h / 2, x + w / 2, y + h / 2)

    def overlap(a, b):
        w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        common = w * h if w > 0 and h > 0 else 0
        area = lambda c: (c[2] - c[0]) * (c[3] - c[1])
        return common / (area(a) + area(b) - common)

    rows = []
    for n in range(loc.shape[0]):
        found = []
        for label in range(1, classes):
            scores = [0 if arm_conf[n, 2 * p + 1] < objectness else conf[n, classes * p + label]
                      for p in range(known)]
            order = [p for p in range(known) if scores[p] > confidence]
            order = sorted(order, key=lambda p: -scores[p])[:top]
            kept = []
            for p in order:
                first = decode(boxes[p], variances[p], arm_loc[n, 4 * p:4 * p + 4])
                box = decode(first, variances[p], loc[n, 4 * p:4 * p + 4])
                if all(overlap(box, other) <= allowed for other in kept):
                    kept.append(box)
                    found.append((label, scores[p], box))
        best = sorted(found, key=lambda one: -one[1])[:keep]
        rows += [(n, label, score, *box) for label, score, box in found
                 if (label, score, box) in best]
    return np.array(rows, np.float64).reshape(1, 1, -1, 7)


def refinedet():
    for i, (known, classes, objectness, confidence, allowed, top, keep) in enumerate([
        (6, 3, 0.3, 0.1, 0.4, 50, 20), (9, 2, 0.5, 0.2, 0.2, 5, 3), (5, 4, 0.01, 0.3, 0.6, 4, 6),
    ]):
        corners = np.abs(values((known, 4), 110 + i, 1))
        boxes = np.stack([corners[:, 0], corners[:, 1], corners[:, 0] + 0.1 + corners[:, 2],
                          corners[:, 1] + 0.2 + corners[:, 3]], 1)
        variances = np.tile(np.array([0.1, 0.1, 0.2, 0.2], np.float32), (known, 1))
        priors = np.stack([boxes.ravel(), variances.ravel()])[None].astype(np.float32)
        loc, arm_loc = values((2, 4 * known), 120 + i, 3), values((2, 4 * known), 125 + i, 3)
        conf = values((2, classes * known), 130 + i, 1) + 0.5
        arm_conf = values((2, 2 * known), 135 + i, 1) + 0.5
        score = "" if objectness == 0.01 else f"objectness_score: {objectness}"
        defined(f"refinedet_{i}",
                one_layer % ("DetectionOutput", f"detection_output_param {{ num_classes: {classes} "
                             f"code_type: CENTER_SIZE confidence_threshold: {confidence} "
                             f"keep_top_k: {keep} nms_param {{ nms_threshold: {allowed} "
                             f"top_k: {top} }} {score} }}"),
                [loc, conf, priors, arm_conf, arm_loc],
                refined(loc, conf, priors, arm_conf, arm_loc, classes, objectness, confidence,
                        allowed, top, keep))
