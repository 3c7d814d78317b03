"""Compares what exported models compute with recorded answers."""

import json
import sys

import numpy as np


def answer_requests(check):
    """Answers each line of standard input, a list of models, with what `check` gives for each."""
    for line in sys.stdin:
        results = {}
        for case in json.loads(line):
            try:
                results[case["name"]] = check(case)
            except Exception as error:
                results[case["name"]] = {"error": str(error)[:500]}
        print(json.dumps(results), flush=True)


def difference(actual, expected):
    """The largest difference, relative to the largest magnitude; NaN must agree."""
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
