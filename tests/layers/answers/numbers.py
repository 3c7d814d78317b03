"""The numbers of cases, and the file that they are written to."""

import json

import numpy as np


def values(shape, seed, scale=4.0):
    """Numbers that look random and are few digits long."""
    n = int(np.prod(shape))
    x = (np.arange(n) * 7919 + seed * 104729) % 1009 / 1009.0 - 0.5
    return np.round(x * scale, 3).astype(np.float32).reshape(shape)


def tensor(x):
    # Nine digits tell a float32 from its neighbours.
    return {"shape": list(np.shape(x)), "data": [float(f"{v:.9g}") for v in np.ravel(x)]}


def write(path, cases):
    """One line for each case."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} cases, {path.stat().st_size} bytes")
