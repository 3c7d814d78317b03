"""FrcnnProposal of caffe-faster-rcnn."""

import math

import numpy as np

from .fork_cases import defined


def distinct(shape, seed, scale):
    """Numbers that look random and are few digits long; none is there twice."""
    x = np.random.default_rng(seed).permutation(np.arange(np.prod(shape))) / np.prod(shape)
    return np.round((x - 0.5) * scale, 4).astype(np.float32).reshape(shape)


def sides(box):
    """A box includes its last row and column of pixels."""
    return box[2] - box[0] + 1, box[3] - box[1] + 1


def iou(a, b):
    common = [min(a[i + 2], b[i + 2]) - max(a[i], b[i]) + 1 for i in (0, 1)]
    shared = max(common[0], 0) * max(common[1], 0)
    return shared / (math.prod(sides(a)) + math.prod(sides(b)) - shared)


def proposed(scores, deltas, image, anchors, stride, smallest, before, allowed, after):
    height, width, scale = (float(v) for v in image)
    _, _, rows, columns = scores.shape
    found = []
    for y, x, a in np.ndindex(rows, columns, len(anchors)):
        anchor = [v + stride * (x, y)[i % 2] for i, v in enumerate(anchors[a])]
        w, h = sides(anchor)
        dx, dy, dw, dh = (float(v) for v in deltas[0, 4 * a:4 * a + 4, y, x])
        center = anchor[0] + w / 2 + dx * w, anchor[1] + h / 2 + dy * h
        half = math.exp(dw) * w / 2, math.exp(dh) * h / 2
        corners = [center[0] - half[0], center[1] - half[1],
                   center[0] + half[0], center[1] + half[1]]
        box = [max(0, min(v, (width, height)[i % 2] - 1)) for i, v in enumerate(corners)]
        if min(sides(box)) >= smallest * scale:
            found.append((float(scores[0, len(anchors) + a, y, x]), box))
    best = sorted(found, reverse=True)[:before]
    kept = []
    while best and len(kept) < after:
        score, box = best.pop(0)
        kept.append((score, box))
        best = [other for other in best if iou(box, other[1]) <= allowed]
    return [[0, *box] for _, box in kept], [[score] for score, _ in kept]


def frcnn_proposal():
    for i, (anchors, stride, smallest, before, allowed, after, scale, words) in enumerate([
        ([[-12, -4, 27, 19], [-8, -8, 23, 24]], 16, 8, 6000, 0.7, 300, 1, 3),
        # So few before suppression that it matters which boxes are too small.
        ([[-12, -4, 27, 19], [-8, -8, 23, 24], [0, -20, 15, 35]], 16, 11, 14, 0.5, 5, 1.5, 3),
        # An image as PVANet describes it, of which only the first scale counts.
        ([[-5, -3, 11, 9]], 8, 10, 9, 0.4, 9, 1.25, 4),
    ]):
        n = len(anchors)
        scores = distinct((1, 2 * n, 4, 5), i, 1) + 0.5
        deltas = distinct((1, 4 * n, 4, 5), 10 + i, 1.2)
        image = np.array([[4 * stride - 3, 5 * stride + 2, scale, 9][:words]], np.float32)
        rois, found = proposed(scores, deltas, image[0][:3], anchors, stride, smallest, before,
                               allowed, after)
        second = ' top: "scores"' if i == 0 else ""
        numbers = ", ".join(str(v) for anchor in anchors for v in anchor)
        layer = ('layer { name: "rois" type: "FrcnnProposal" BOTTOMS '
                 f'top: "rois"{second} proposal_param {{ anchors: [{numbers}] '
                 f'feat_stride: {stride} test_rpn_min_size: {smallest} '
                 f'test_rpn_pre_nms_top_n: {before} test_rpn_nms_thresh: {allowed} '
                 f'test_rpn_post_nms_top_n: {after} }} }}')
        defined(f"frcnn_proposal_{i}", layer, [scores, deltas, image],
                *([rois, found] if i == 0 else [rois]))
