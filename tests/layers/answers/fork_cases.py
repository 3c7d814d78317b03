"""The cases of fork_answers.json: layers of one prototxt, and what gives their answers."""

import re

import cv2
import numpy as np

from .numbers import tensor

cases = []

# One with channels that are no whole quads, one that is small, and a matrix.
shapes = [(2, 3, 2, 5), (1, 4, 3, 1), (3, 7)]

one_layer = 'layer { name: "y" type: "%s" BOTTOMS top: "y" %s }'


def net(layer, shapes):
    inputs = "".join(
        f'input: "x{i}" input_shape {{ {" ".join(f"dim: {d}" for d in s)} }}\n'
        for i, s in enumerate(shapes)
    )
    bottoms = " ".join(f'bottom: "x{i}"' for i in range(len(shapes)))
    return inputs + layer.replace("BOTTOMS", bottoms)


def add(name, layer, bottoms, outputs, by, blobs=()):
    """`blobs` are the learned ones of the layer "y"."""
    cases.append({
        "name": name,
        "by": by,
        "prototxt": net(layer, [b.shape for b in bottoms]),
        "bottoms": [tensor(b) for b in bottoms],
        **({"blobs": [tensor(b) for b in blobs]} if blobs else {}),
        "tops": [tensor(np.asarray(o)) for o in outputs],
    })


def opencv(name, layer, bottoms, spelled=lambda text: text):
    """Asks OpenCV, which may know the layer under another type or another name of a field."""
    text = net(layer, [b.shape for b in bottoms])
    network = cv2.dnn.readNetFromCaffe(bytearray(spelled(text).encode()), bytearray())
    for i, bottom in enumerate(bottoms):
        network.setInput(bottom, f"x{i}")
    tops = re.findall(r'top: "(\w+)"', layer)
    add(name, layer, bottoms, network.forward(tops), "opencv")


def defined(name, layer, bottoms, *outputs, blobs=()):
    """The answer is worked out here."""
    add(name, layer, bottoms, outputs, "definition", blobs)


def repeated(field, numbers):
    """A repeated field in a prototxt."""
    return " ".join(f"{field}: {v}" for v in numbers)
