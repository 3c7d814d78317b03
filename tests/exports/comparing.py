"""Compares what exported models compute with recorded answers."""

import numpy as np


def difference(actual, expected):
    """The largest difference, as a part of the largest magnitude; what is no number must agree."""
    wrong = np.isnan(actual) != np.isnan(expected)
    if wrong.any():
        return float("inf")
    known = ~np.isnan(expected) & (actual != expected)
    if not known.any():
        return 0.0
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=1e-30)
    return float(np.abs(actual - expected)[known].max() / largest)


def compare(golden, keys, actual):
    """How far a blob is off from what is recorded under one of some keys; None if nothing is."""
    key = next((key for key in keys if key in golden), None)
    if key is None:
        return None
    expected = golden[key].astype("f4")
    if f"{key}@index" in golden:
        actual = actual.ravel()[golden[f"{key}@index"].astype("i8")]
    elif actual.shape != expected.shape:
        return f"{list(actual.shape)} is not {list(expected.shape)}"
    return difference(actual, expected)
