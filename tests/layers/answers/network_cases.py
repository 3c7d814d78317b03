"""The cases of network_answers.json: layers, and what is fed to them."""

import numpy as np

from .numbers import tensor

cases = []


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


def layer(kind, count, settings="", tops=1):
    bottoms = " ".join(f'bottom: "x{i}"' for i in range(count))
    named = " ".join(f'top: "y{i}"' for i in range(tops)) if tops > 1 else 'top: "y"'
    return f'layer {{ name: "y" type: "{kind}" {bottoms} {named} {settings} }}'


def each(shape):
    return np.ndindex(*shape)
