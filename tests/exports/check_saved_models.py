"""Loads SavedModels with TensorFlow and compares what they compute with recorded answers.

Reads a list of JSON objects from standard input, and writes how far each is off: for each model the
largest difference of each blob, relative to its largest value. Images are [N, C, H, W] in the
recordings, and [N, H, W, C] in the models.
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
from comparing import compare

# It would fold constants for seconds, to run once.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def check(case):
    golden = np.load(case["golden"])
    fed = np.load(case["inputs"]) if case["inputs"] else golden
    run = tf.saved_model.load(case["model"]).signatures["serving_default"]
    inputs = {}
    for name, spec in run.structured_input_signature[1].items():
        keys = [key for key in (f"input:{name}", f"blob:{name}", name) if key in fed]
        # Nobody records what a network remembers: it is zeros at first.
        value = fed[keys[0]] if keys else np.zeros([max(1, n or 1) for n in spec.shape], "f4")
        if keys and value.ndim == 4:
            value = value.transpose(0, 2, 3, 1)
        inputs[name] = tf.constant(value, tf.float32)
    differences = {}
    for name, value in run(**inputs).items():
        actual = value.numpy()
        if actual.ndim == 4:
            actual = actual.transpose(0, 3, 1, 2)
        differences[name] = compare(golden, (f"blob:{name}", name), actual)
    return {name: one for name, one in differences.items() if one is not None}


results = {}
for case in json.load(sys.stdin):
    try:
        results[case["name"]] = check(case)
    except Exception as error:
        results[case["name"]] = {"error": str(error)[:500]}
print(json.dumps(results))
