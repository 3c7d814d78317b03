"""
Writes decode_regions.json: regions, scores and moves of random numbers, and the boxes that
py-faster-rcnn's test.py makes of them, said in NumPy.

    python3 tests/answers/decode_regions.py
"""

import json
import pathlib

import numpy as np


def decode(rois, scores, deltas, image, scale, agnostic):
    height, width = image
    boxes = rois / scale
    w = boxes[:, 2] - boxes[:, 0] + 1.0
    h = boxes[:, 3] - boxes[:, 1] + 1.0
    x = boxes[:, 0] + 0.5 * w
    y = boxes[:, 1] + 0.5 * h
    rows = []
    for label in range(1, scores.shape[1]):
        start = 4 if agnostic else 4 * label
        dx, dy, dw, dh = deltas[:, start : start + 4].T
        cx, cy, pw, ph = dx * w + x, dy * h + y, np.exp(dw) * w, np.exp(dh) * h
        predicted = np.stack(
            [
                np.clip(cx - 0.5 * pw, 0, width - 1),
                np.clip(cy - 0.5 * ph, 0, height - 1),
                np.clip(cx + 0.5 * pw, 0, width - 1),
                np.clip(cy + 0.5 * ph, 0, height - 1),
            ],
            axis=1,
        )
        likely = np.where(scores[:, label] > 0.05)[0]
        for i in suppress(predicted[likely], scores[likely, label], 0.3):
            row = likely[i]
            rows.append([label, float(scores[row, label]), *map(float, predicted[row])])
    return sorted(rows, key=lambda row: -row[1])


def suppress(boxes, scores, most):
    x1, y1, x2, y2 = boxes.T
    areas = (x2 - x1 + 1) * (y2 - y1 + 1)
    order = scores.argsort()[::-1]
    keep = []
    while order.size > 0:
        best, rest = order[0], order[1:]
        keep.append(best)
        w = np.maximum(0, np.minimum(x2[best], x2[rest]) - np.maximum(x1[best], x1[rest]) + 1)
        h = np.maximum(0, np.minimum(y2[best], y2[rest]) - np.maximum(y1[best], y1[rest]) + 1)
        common = w * h
        order = rest[common / (areas[best] + areas[rest] - common) <= most]
    return keep


def case(rng, agnostic):
    count, classes, image, scale = 14, 3, (90, 120), 1.5
    corner = rng.uniform(0, 90, (count, 2))
    rois = np.concatenate([corner, corner + rng.uniform(15, 80, (count, 2))], axis=1).round(1)
    logits = rng.normal(0, 2, (count, classes))
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    moves = rng.normal(0, 0.3, (count, 8 if agnostic else 4 * classes)).round(3)
    rois, scores, moves = (x.astype(np.float32) for x in (rois, scores.round(4), moves))
    return {
        "image": image,
        "scale": scale,
        "rois": rois.astype(float).round(1).tolist(),
        "scores": scores.astype(float).round(4).tolist(),
        "moves": moves.astype(float).round(3).tolist(),
        "boxes": [
            [row[0], *(round(x, 4) for x in row[1:])]
            for row in decode(rois, scores, moves, image, scale, agnostic)
        ],
    }


rng = np.random.default_rng(5)
cases = {name: case(rng, name == "agnostic") for name in ("by class", "agnostic")}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
