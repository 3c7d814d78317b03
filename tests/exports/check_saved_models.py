"""Loads SavedModels with TensorFlow and compares what they compute with recorded answers.

For each model it gives the largest difference of each blob, relative to its largest value; for one
that is to be trained, the shape of each variable's gradient. Images are [N, C, H, W] in the
recordings, and [N, H, W, C] in the models.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
from comparing import answer_requests, compare

tf.get_logger().setLevel("ERROR")
# It would fold constants for seconds, to run once.
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def inputs_of(run, fed):
    inputs = {}
    for name, spec in run.structured_input_signature[1].items():
        keys = [key for key in (f"input:{name}", f"blob:{name}", name) if key in fed]
        # Recurrent state is not recorded: it is zeros at first.
        value = fed[keys[0]] if keys else np.zeros([max(1, n or 1) for n in spec.shape], "f4")
        if keys and value.ndim == 4:
            value = value.transpose(0, 2, 3, 1)
        inputs[name] = tf.constant(value, tf.float32)
    return inputs


def check(case):
    if case.get("trained"):
        return check_training(case["model"])
    golden = np.load(case["golden"])
    fed = np.load(case["inputs"]) if case["inputs"] else golden
    run = tf.saved_model.load(case["model"]).signatures["serving_default"]
    differences = {}
    for name, value in run(**inputs_of(run, fed)).items():
        actual = value.numpy()
        if actual.ndim == 4:
            actual = actual.transpose(0, 3, 1, 2)
        differences[name] = compare(golden, (f"blob:{name}", name), actual)
    return {name: one for name, one in differences.items() if one is not None}


def check_training(folder):
    """The shape of each variable's gradient, and whether TensorFlow 1 restores the same values."""
    loaded = tf.saved_model.load(folder)
    run = loaded.signatures["serving_default"]
    with tf.GradientTape() as tape:
        loss = tf.add_n([tf.reduce_sum(value**2) for value in run(**inputs_of(run, {})).values()])
    gradients = tape.gradient(loss, loaded.variables)
    shapes = {
        variable.name: "none" if gradient is None else str(gradient.shape.as_list())
        for variable, gradient in zip(loaded.variables, gradients)
    }
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.saved_model.loader.load(session, ["serve"], folder)
        restored = session.run({one.name: one for one in tf.compat.v1.global_variables()})
        trainable = [one.name for one in tf.compat.v1.trainable_variables()]
    same = [np.array_equal(restored[one.name], one.numpy()) for one in loaded.variables]
    return {**shapes, "TensorFlow 1 restores": sum(same), "TensorFlow 1 trains": len(trainable)}


answer_requests(check)
