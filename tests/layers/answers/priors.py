"""Prior boxes."""

import math

import numpy as np

from .fork_cases import defined, one_layer, opencv
from .numbers import values


def prior_box_clustered():
    grid, image = values((1, 2, 3, 4), 1), values((1, 1, 10, 15), 2)
    for i, param in enumerate([
        "width: 2.5 height: 4 variance: 0.1 clip: false",
        "width: 3 width: 9 height: 6 height: 2.5 step: 5 offset: 0.25 clip: true "
        "variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2",
        "width: 7 width: 8 width: 61 height: 3 height: 4 height: 50 step_h: 3 step_w: 4 "
        "clip: false variance: 0.3",
    ]):
        opencv(f"prior_box_clustered_{i}",
               one_layer % ("PriorBoxClustered", f"prior_box_param {{ {param} }}"), [grid, image],
               lambda text: text.replace("PriorBoxClustered", "PriorBox"))


def boxes_of_cells(grid, image, boxes, offset, step, clip, variance):
    """`boxes`: width, height and center of each box of a cell, and whether it is clipped."""
    rows, columns = grid.shape[2:]
    height, width = image.shape[2:]
    down, across = step or (height / rows, width / columns)
    out = []
    for row, column in np.ndindex(rows, columns):
        for w, h, dx, dy, inside in boxes:
            x, y = (column + offset) * across + dx, (row + offset) * down + dy
            box = [(x - w / 2) / width, (y - h / 2) / height,
                   (x + w / 2) / width, (y + h / 2) / height]
            out.append([min(max(v, 0), 1) for v in box] if inside or clip else box)
    return np.stack([np.array(out).ravel(), np.tile(variance, len(out))])[None]


def density_boxes(size, density, ratios):
    """Boxes of a fixed size; a ratio of None is the square."""
    distance = int(size / density)
    for ratio in ratios:
        w, h = ((int(size),) * 2 if ratio is None
                else (size * math.sqrt(ratio), size / math.sqrt(ratio)))
        for row, column in np.ndindex(density, density):
            dx, dy = (distance / 2 + k * distance - int(size) // 2 for k in (column, row))
            yield w, h, dx, dy, True


def face_boxes(size):
    places = {32: [-16, -8, 0, 8], 64: [-16, 0]}.get(size, [0])
    return [(size - 1, size - 1, dx, dy, False) for dy in places for dx in places]


def dense_priors():
    grid, image = values((1, 2, 3, 2), 90), values((1, 3, 50, 90), 91)
    face_sizes = "min_size: 32 min_size: 64 min_size: 128"
    for i, (text, boxes, offset, step, clip, variance) in enumerate([
        ("fixed_size: 32 fixed_size: 17.5 fixed_size: 9 density: 4 density: 3 density: 1 step: 20",
         [*density_boxes(32, 4, [None]), *density_boxes(17.5, 3, [None]),
          *density_boxes(9, 1, [None])],
         0.5, (20, 20), False, [0.1] * 4),
        ("fixed_size: 15 fixed_size: 8 density: 2 density: 1 fixed_ratio: 1 fixed_ratio: 2.25 "
         "variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.3 offset: 0.25",
         [*density_boxes(15, 2, [1, 2.25]), *density_boxes(8, 1, [1, 2.25])],
         0.25, None, False, [0.1, 0.1, 0.2, 0.3]),
        ("fixed_size: 12 density: 2 aspect_ratio: 4 min_size: 30 max_size: 40.5 step_h: 12 "
         "step_w: 40 variance: 0.2",
         [*density_boxes(12, 2, [None, 4, 0.25]),
          *((w, h, 0, 0, False)
            for w, h in [(30, 30), (math.sqrt(1200),) * 2, (60, 15), (15, 60)])],
         0.5, (12, 40), False, [0.2] * 4),
        (f"{face_sizes} faceboxes: true step: 32", [*map(face_boxes, (32, 64, 128))],
         0.5, (32, 32), False, [0.1] * 4),
        ("min_size: 64 faceboxes: true clip: true variance: 0.2", [face_boxes(64)],
         0.5, None, True, [0.2] * 4),
        ("box_width: 12 box_width: 30 box_height: 7.5 box_height: 31 step: 25",
         [(12, 7.5, 0, 0, False), (30, 31, 0, 0, False)], 0.5, (25, 25), False, [0.1] * 4),
    ]):
        boxes = [box for part in boxes for box in (part if isinstance(part, list) else [part])]
        defined(f"dense_priors_{i}",
                one_layer % ("PriorBox", f"prior_box_param {{ {text} }}"),
                [grid, image], boxes_of_cells(grid, image, boxes, offset, step, clip, variance))
