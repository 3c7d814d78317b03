"""Times PyTorch in float32, without TF32, on bundles of kaffe. Prints one line of JSON each.

usage: pytorch.py runs model.npz...

The network is what model.json says, op by op: what fuses elsewhere runs as cuDNN's own kernels here.
"""

import json
import statistics
import sys
import time

import numpy
import torch
import torch.nn.functional as F

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True
device = "cuda" if torch.cuda.is_available() else "cpu"


def pool(x, a):
    if a.get("global"):
        return x.amax((2, 3), True) if a["method"] == "max" else x.mean((2, 3), True)
    kernel, stride, pad = a["kernel"], a.get("stride", [1, 1]), a.get("pad", [0, 0])
    ceil = a.get("round", "ceil") == "ceil"
    if a["method"] == "max":
        return F.max_pool2d(x, kernel, stride, pad, ceil_mode=ceil)
    return F.avg_pool2d(x, kernel, stride, pad, ceil_mode=ceil)


def apply(op, a, x):
    if op == "conv2d":
        return F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, a.get("stride", [1, 1]),
                        a.get("pad", [0, 0]), a.get("dilation", [1, 1]), a.get("group", 1))
    if op == "pool2d":
        return pool(x[0], a)
    if op == "dense":
        return F.linear(x[0].flatten(1), x[1], x[2] if len(x) > 2 else None)
    if op == "relu":
        return F.relu(x[0])
    if op == "lrn":
        return F.local_response_norm(x[0], a["size"], a["alpha"], a.get("beta", 0.75), a.get("k", 1))
    if op == "concat":
        return torch.cat(x, a.get("axis", 1))
    if op == "eltwise":
        return sum(x[1:], x[0])
    if op == "softmax":
        return F.softmax(x[0], a.get("axis", 1))
    raise ValueError(f"{op} is not known here")


def run(model, values):
    for node in model["nodes"]:
        inputs = [values[name] for name in node["inputs"]]
        values[node["name"]] = apply(node["op"], node["attributes"], inputs)
    names = dict(model["names"])
    output = model["outputs"][0]
    return values[names.get(output, output)]


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


runs = int(sys.argv[1])
for path in sys.argv[2:]:
    bundle = numpy.load(path)
    model = json.loads(bytes(bundle["model.json"]))
    constants = {c["name"]: torch.from_numpy(bundle[c["member"].removesuffix(".npy")]).to(device)
                 for c in model["constants"]}
    data = model["inputs"][0]
    x = torch.randn(data["shape"], device=device)
    with torch.no_grad():
        for _ in range(5):
            run(model, {**constants, data["name"]: x})
        wait()
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            run(model, {**constants, data["name"]: x})
            wait()
            times.append(time.perf_counter() - start)
    print(json.dumps({
        "name": f"PyTorch {torch.__version__} {device}, float32 without TF32",
        "bundle": path,
        "batch": data["shape"][0],
        "wall": statistics.median(times) * 1000,
        "best": min(times) * 1000,
        "samples": len(times),
    }), flush=True)
