"""Runs ONNX models with onnxruntime and compares what they compute with recorded answers.

For each model it gives the largest difference of each blob, relative to its largest value.
"""

import numpy as np
import onnx
import onnxruntime
from comparing import answer_requests, compare


def check(case):
    # Shapes that the file tells must be those that its operators give.
    onnx.checker.check_model(case["model"], full_check=True)
    golden = np.load(case["golden"])
    fed = np.load(case["inputs"]) if case["inputs"] else golden
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(case["model"], options, ["CPUExecutionProvider"])
    inputs = {}
    for spec in session.get_inputs():
        keys = [k for k in (f"input:{spec.name}", f"blob:{spec.name}", spec.name) if k in fed]
        # Recurrent state is not recorded: it is zeros at first.
        shape = [n if isinstance(n, int) else 1 for n in spec.shape]
        inputs[spec.name] = fed[keys[0]].astype("f4") if keys else np.zeros(shape, "f4")
    names = [spec.name for spec in session.get_outputs()]
    differences = {}
    for name, actual in zip(names, session.run(names, inputs)):
        # An output that is called as an input is has another name.
        keys = (f"blob:{name}", name, f"blob:{name.removesuffix('_1')}")
        differences[name] = compare(golden, keys, actual)
    return {name: one for name, one in differences.items() if one is not None}


answer_requests(check)
