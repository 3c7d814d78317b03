"""The Python layers of MNC's test network."""

import numpy as np

from .network_cases import add
from .numbers import values


def python(module, name, bottoms, settings=""):
    named = " ".join(f'bottom: "x{i}"' for i in range(bottoms))
    return (f'layer {{ name: "y" type: "Python" {named} top: "y" python_param {{ '
            f'module: "pylayer.{module}" layer: "{name}" {settings} }} }}')


def mask_layer():
    x = values((3, 49), 60)
    add("MNC's MaskLayer", python("mask_layer", "MaskLayer", 1), [x], [x.reshape(3, 1, 7, 7)])


def stage_bridge_layer():
    rows, classes = 5, 3
    first = np.abs(values((rows, 2), 61, 60))
    rois = np.concatenate([np.zeros((rows, 1)), first, first + 5 + np.abs(values((rows, 2), 62, 60))],
                          1).astype(np.float32)
    moves, scores = values((rows, 4 * classes), 63, 2), values((rows, classes), 64, 1)
    info = np.array([[50, 70, 1.5]], np.float32)
    out = np.zeros((rows, 5))
    for i in range(rows):
        left, top, right, bottom = rois[i, 1:].astype(np.float64)
        best = int(np.argmax(scores[i]))
        dx, dy, dw, dh = moves[i, 4 * best:4 * best + 4].astype(np.float64)
        w, h = right - left + 1, bottom - top + 1
        x, y = left + 0.5 * w + dx * w, top + 0.5 * h + dy * h
        w, h = np.exp(dw) * w, np.exp(dh) * h
        for k, v in enumerate([x - 0.5 * w, y - 0.5 * h, x + 0.5 * w, y + 0.5 * h]):
            out[i, k + 1] = max(min(v, info[0, 1 - k % 2] - 1), 0)
    add("MNC's StageBridgeLayer", python("stage_bridge_layer", "StageBridgeLayer", 4),
        [rois, moves, scores, info], [out])
