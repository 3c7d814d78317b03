"""Layers of volumes and videos."""

import math

import numpy as np

from .fork_cases import defined, one_layer, repeated
from .numbers import values


def deconvolved(x, weights, biases, stride, pad, dilation, group):
    n, channels, *extents = x.shape
    each, kernel = weights.shape[1], weights.shape[2:]
    spans = [(e - 1) * s + d * (k - 1) + 1
             for e, s, d, k in zip(extents, stride, dilation, kernel)]
    y = np.zeros((n, each * group, *spans))
    for c in range(channels):
        outputs = slice(c // (channels // group) * each, (c // (channels // group) + 1) * each)
        for place in np.ndindex(*extents):
            for tap in np.ndindex(*kernel):
                at = tuple(p * s + t * d for p, s, t, d in zip(place, stride, tap, dilation))
                y[(slice(None), outputs, *at)] += (
                    x[(slice(None), c, *place)][:, None].astype(np.float64)
                    * weights[(c, slice(None), *tap)])
    cut = tuple(slice(p, extent - p) for p, extent in zip(pad, spans))
    return y[(slice(None), slice(None), *cut)] + np.reshape(biases, (-1, 1, 1, 1))


def deconvolution_3d():
    for i, (shape, output, kernel, stride, pad, dilation, group, bias) in enumerate([
        ((2, 3, 2, 3, 4), 2, (3, 2, 4), (2, 3, 1), (1, 0, 2), (1, 1, 1), 1, True),
        ((1, 4, 3, 2, 2), 6, (2, 3, 1), (1, 2, 3), (0, 1, 0), (2, 1, 1), 2, True),
        ((1, 2, 2, 3, 1), 3, (4, 1, 2), (2, 1, 2), (1, 0, 0), (1, 1, 2), 1, False),
    ]):
        x = values(shape, 280 + i)
        weights = values((shape[1], output // group, *kernel), 285 + i)
        biases = values((output,), 290 + i)
        setting = " ".join([f"num_output: {output} group: {group} bias_term: {str(bias).lower()}",
                            repeated("kernel_size", kernel), repeated("stride", stride),
                            repeated("pad", pad),
                            repeated("dilation", dilation)])
        defined(f"deconvolution_3d_{i}",
                one_layer % ("Deconvolution", f"convolution_param {{ {setting} }}"), [x],
                deconvolved(x, weights, biases if bias else np.zeros(output), stride, pad, dilation,
                            group),
                blobs=[weights, biases] if bias else [weights])


def convolved_3d(x, weights, biases, stride, pad, group):
    n, channels, *_ = x.shape
    outputs, each, *kernel = weights.shape
    # The division rounds towards zero; what is missing after the padding is zero.
    places = [int((e + 2 * p - k) / s) + 1
              for e, k, s, p in zip(x.shape[2:], kernel, stride, pad)]
    x = np.pad(x.astype(np.float64),
               ((0, 0), (0, 0), *((p, p + k) for p, k in zip(pad, kernel))))
    y = np.zeros((n, outputs, *places))
    for o in range(outputs):
        first = o // (outputs // group) * each
        for place in np.ndindex(*places):
            window = tuple(slice(p * s, p * s + k) for p, s, k in zip(place, stride, kernel))
            y[(slice(None), o, *place)] = (
                x[(slice(None), slice(first, first + each), *window)] * weights[o]
            ).sum((1, 2, 3, 4)) + biases[o]
    return y


def spelled(kernel, stride, pad, listed):
    if listed:
        shape = lambda name, dims: f"{name} {{ {' '.join(f'dim: {d}' for d in dims)} }}"
        return " ".join([shape("kernel_shape", kernel), shape("stride_shape", stride),
                         shape("pad_shape", pad)])
    return (f"kernel_depth: {kernel[0]} kernel_size: {kernel[1]} temporal_stride: {stride[0]} "
            f"stride: {stride[1]} temporal_pad: {pad[0]} pad: {pad[1]}")


def convolution_3d():
    for i, (kind, message_name, shape, output, kernel, stride, pad, group) in enumerate([
        ("Convolution3D", "convolution_param", (2, 2, 4, 5, 3),
         3, (2, 3, 3), (1, 2, 2), (1, 1, 1), 1),
        ("Convolution3D", "convolution3d_param", (1, 4, 3, 4, 6),
         2, (3, 1, 1), (2, 1, 1), (1, 0, 0), 2),
        ("NdConvolution", "convolution_param", (1, 2, 3, 6, 4),
         4, (1, 3, 2), (1, 2, 1), (0, 2, 1), 1),
        ("Convolution3D", "convolution_param", (2, 2, 2, 5, 2),
         2, (3, 3, 3), (2, 2, 2), (0, 0, 0), 1),
        ("NdConvolution", "convolution_param", (1, 2, 1, 2, 4),
         2, (4, 3, 2), (3, 2, 2), (1, 0, 0), 2),
    ]):
        x = values(shape, 310 + i)
        weights = values((output, shape[1] // group, *kernel), 315 + i)
        biases = values((output,), 320 + i)
        setting = spelled(kernel, stride, pad, kind[0] == "N")
        defined(f"convolution_3d_{i}",
                one_layer % (kind, f"{message_name} {{ num_output: {output} group: {group} "
                             f"{setting} }}"),
                [x], convolved_3d(x, weights, biases, stride, pad, group), blobs=[weights, biases])


def pooled_3d(x, method, kernel, stride, pad):
    # As many windows as begin inside; what they have beyond the image is not there.
    places = [math.ceil((e + 2 * p - k) / s) + 1
              for e, k, s, p in zip(x.shape[2:], kernel, stride, pad)]
    if any(pad):
        places = [n - 1 if (n - 1) * s >= e + p else n
                  for n, e, s, p in zip(places, x.shape[2:], stride, pad)]
    y = np.zeros((*x.shape[:2], *places))
    for place in np.ndindex(*places):
        window = tuple(slice(max(i * s - p, 0), i * s - p + k)
                       for i, s, p, k in zip(place, stride, pad, kernel))
        part = x[(slice(None), slice(None), *window)].astype(np.float64)
        y[(slice(None), slice(None), *place)] = getattr(part, method)((2, 3, 4))
    return y


def pooling_3d():
    for i, (kind, message_name, shape, method, kernel, stride, pad) in enumerate([
        ("Pooling3D", "pooling_param", (2, 2, 5, 5, 3), "max", (2, 2, 2), (2, 2, 2), (0, 0, 0)),
        ("Pooling3D", "pooling3d_param", (1, 3, 4, 6, 4), "mean", (2, 2, 2), (2, 2, 2), (0, 0, 0)),
        ("NdPooling", "pooling_param", (1, 2, 3, 7, 6), "max", (1, 3, 2), (1, 2, 2), (0, 1, 0)),
        ("Pooling3D", "pooling_param", (2, 2, 5, 4, 2), "mean", (2, 3, 3), (2, 2, 2), (0, 0, 0)),
        ("NdPooling", "pooling_param", (1, 2, 3, 7, 2), "mean", (4, 3, 2), (2, 3, 1), (0, 0, 0)),
    ]):
        x = values(shape, 330 + i)
        setting = "pool: AVE " if method == "mean" else "pool: MAX "
        setting += spelled(kernel, stride, pad, kind[0] == "N")
        defined(f"pooling_3d_{i}", one_layer % (kind, f"{message_name} {{ {setting} }}"), [x],
                pooled_3d(x, method, kernel, stride, pad))
