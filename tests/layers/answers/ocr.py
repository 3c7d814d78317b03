"""Layers of OCR."""

import numpy as np

from .fork_cases import defined, one_layer
from .numbers import values


def continuation_indicator():
    for steps, batch in [(3, 2), (1, 4), (4, 1)]:
        x = values((batch, 2), 3)
        flags = np.ones((steps, batch))
        flags[0] = 0
        defined(
            f"continuation_{steps}_{batch}",
            'layer { name: "s" type: "Silence" BOTTOMS } layer { name: "y" '
            'type: "ContinuationIndicator" top: "c" continuation_indicator_param { time_step: %d '
            'batch_size: %d } } layer { name: "z" type: "Power" bottom: "c" top: "z" '
            'power_param { scale: 2 } }' % (steps, batch), [x], 2 * flags)


def im2seq():
    for i, shape in enumerate([(2, 3, 4, 5), (1, 4, 2, 1), (3, 2, 1, 6)]):
        x = values(shape, 160 + i)
        n, channels, height, width = shape
        defined(f"im2seq_{i}", one_layer % ("Im2seq", ""), [x],
                x.reshape(n, channels * height, 1, width).transpose(0, 3, 2, 1))


def lstm_of(x, cont, weights, hidden_weights, biases):
    steps, batch, _ = x.shape
    units = hidden_weights.shape[1]
    hidden, cell = np.zeros((batch, units)), np.zeros((batch, units))
    sigmoid = lambda v: 1 / (1 + np.exp(-v))
    y = np.zeros((steps, batch, units))
    for t in range(steps):
        for n in range(batch):
            gates = weights.astype(np.float64) @ x[t, n] + biases
            if cont[t, n]:
                gates = gates + hidden_weights.astype(np.float64) @ hidden[n]
            i, f, o, g = gates.reshape(4, units)
            cell[n] = (sigmoid(f) * cell[n] if cont[t, n] else 0) + sigmoid(i) * np.tanh(g)
            hidden[n] = sigmoid(o) * np.tanh(cell[n])
        y[t] = hidden
    return y


def lstm():
    for i, (steps, batch, inputs, units, form) in enumerate([
        (5, 2, 3, 4, "whole"), (4, 3, 5, 2, "told"), (1, 2, 4, 3, "whole"), (3, 2, 4, 3, "flat"),
    ]):
        x = values((steps, batch, inputs), 170 + i)
        blobs = [values((4 * units, inputs), 175 + i), values((4 * units, units), 180 + i),
                 values((4 * units,), 185 + i, 1)]
        cont = np.ones((steps, batch), np.float32)
        cont[0] = 0
        if form == "told":
            cont[2, 1] = 0
        setting = f"num_output: {units}" + (f" batch_size: {batch}" if form == "flat" else "")
        y = lstm_of(x, cont, *blobs)
        bottoms = [x, cont] if form == "told" else [x]
        if form == "flat":
            bottoms, y = [x.reshape(-1, inputs)], y.reshape(-1, units)
        defined(f"lstm_{i}", one_layer % ("Lstm", f"lstm_param {{ {setting} }}"), bottoms, y,
                blobs=blobs)


def convolved(x, kernels, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = (x.shape[2 + axis] - kernels.shape[2 + axis] + 1 for axis in (0, 1))
    y = np.zeros((x.shape[0], kernels.shape[0], rows, columns))
    for r, c in np.ndindex(rows, columns):
        window = x[:, None, :, r:r + kernels.shape[2], c:c + kernels.shape[3]]
        y[:, :, r, c] = (window * kernels[None].astype(np.float64)).sum((2, 3, 4))
    return y


def dense_block():
    for i, (shape, steps, growth, narrow) in enumerate(
            [((2, 3, 4, 5), 2, 2, False), ((1, 2, 3, 4), 3, 1, False), ((1, 3, 5, 2), 2, 2, True)]):
        x = values(shape, 190 + i)
        channels = [shape[1] + growth * s for s in range(steps)]
        wide = 4 * growth
        seeds = iter(range(200 + 20 * i, 300))
        vectors = lambda extents, sign: [
            np.abs(values((1, c, 1, 1), next(seeds), 2)) + 0.1 if sign else
            values((1, c, 1, 1), next(seeds), 2) for c in extents]
        normals = lambda extents: [vectors(extents, sign) for sign in (False, False, False, True)]
        kernels = [values((growth, wide if narrow else c, 3, 3), next(seeds), 1) for c in channels]
        first = normals(channels)
        narrowing = [values((wide, c, 1, 1), next(seeds), 1) for c in channels] if narrow else []
        second = normals([wide] * steps) if narrow else []
        divisor = 2.0

        def rectified(x, normal, step):
            scale, offset, mean, variance = (blobs[step].astype(np.float64) for blobs in normal)
            even = (x - mean / divisor) / np.sqrt(variance / divisor + 1e-5)
            return np.maximum(even * scale + offset, 0)

        y = x.astype(np.float64)
        for s in range(steps):
            z = rectified(y, first, s)
            if narrow:
                z = rectified(convolved(z, narrowing[s], 0), second, s)
            y = np.concatenate([y, convolved(z, kernels[s], 1)], 1)
        blobs = [*kernels, *sum(first, []), *narrowing, *sum(second, []),
                 np.array([divisor], np.float32)]
        setting = (f"denseblock_param {{ numTransition: {steps} growthRate: {growth} "
                   f"{'use_BC: true' if narrow else 'initChannel: 64'} }}")
        defined(f"dense_block_{i}", one_layer % ("DenseBlock", setting), [x], y, blobs=blobs)
