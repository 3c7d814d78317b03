"""The attention and the bilinear pooling of VQA-MCB."""

import ctypes

import numpy as np

from .network_cases import add, each
from .numbers import values


def compact_bilinear(bottoms, size, pools):
    libc = ctypes.CDLL("libc.so.6")
    libc.srand(1)
    transforms = []
    for bottom in bottoms:
        n, channels, height, width = bottom.shape
        places = [libc.rand() % size for _ in range(channels)]
        signs = [2 * (libc.rand() % 2) - 1 for _ in range(channels)]
        sketch = np.zeros((n, height, width, size))
        for c in range(channels):
            sketch[..., places[c]] += signs[c] * bottom[:, c].astype(np.float64)
        transforms.append(np.fft.rfft(sketch))
    # The fork's inverse does not divide.
    out = np.fft.irfft(transforms[0] * transforms[1], size) * size
    out = out.transpose(0, 3, 1, 2)
    return out.sum((2, 3), keepdims=True) if pools else out


def vqa_mcb():
    a, b = values((2, 3, 2, 4), 13), values((2, 5, 2, 4), 14)
    products = np.zeros((2, 15, 1, 1))
    for n, c, d, h, w in each((2, 3, 5, 2, 4)):
        products[n, c * 5 + d, 0, 0] += float(a[n, c, h, w]) * float(b[n, d, h, w])
    add("Bilinear", 'layer { name: "y" type: "Bilinear" bottom: "x0" bottom: "x1" top: "y" }',
        [a, b], [products])

    sketch = """layer { name: "y" type: "CompactBilinear" bottom: "x0" bottom: "%s" top: "y"
    compact_bilinear_param { num_output: %d %s } }"""
    for size, settings, pools in (
        (8, "", True), (40, "sum_pool: true", True), (6, "sum_pool: false", False),
        (7, "sum_pool: false", False), (1, "sum_pool: false", False),
    ):
        add(f"CompactBilinear {size} {settings}".strip(), sketch % ("x1", size, settings), [a, b],
            [compact_bilinear([a, b], size, pools)])
    add("CompactBilinear of itself", sketch % ("x0", 16, ""), [a],
        [compact_bilinear([a, a], 16, True)])
    c, d = values((3, 40, 1, 1), 23), values((3, 33, 1, 1), 24)
    add("CompactBilinear of one position", sketch % ("x1", 64, "sum_pool: false"), [c, d],
        [compact_bilinear([c, d], 64, False)])

    alpha, beta = values((2, 1, 2, 4), 15), values((2, 1), 16)
    sums = np.zeros((2, 3, 1, 1))
    for n, c, h, w in each(a.shape):
        sums[n, c, 0, 0] += float(beta[n, 0]) * float(a[n, c, h, w]) * float(alpha[n, 0, h, w])
    add("SoftAttention",
        """layer { name: "y" type: "SoftAttention"
    bottom: "x0" bottom: "x1" bottom: "x2" top: "y" }""", [a, alpha, beta], [sums])
