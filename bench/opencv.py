"""Times OpenCV's dnn: loading a model, and running it. Prints one line of JSON.

usage: opencv.py runs batch,channels,height,width model.onnx
       opencv.py runs batch,channels,height,width deploy.prototxt net.caffemodel
"""

import json
import resource
import statistics
import sys
import time

import cv2
import numpy

runs, shape, *files = sys.argv[1:]
start = time.perf_counter()
if len(files) == 1:
    net = cv2.dnn.readNetFromONNX(files[0])
else:
    net = cv2.dnn.readNetFromCaffe(*files)
loaded = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
data = numpy.random.default_rng(1).standard_normal(
    [int(extent) for extent in shape.split(",")], dtype=numpy.float32)
walls, busy = [], []
for i in range(int(runs) + 1 if int(runs) else 0):
    start, before = time.perf_counter(), time.process_time()
    net.setInput(data)
    net.forward()
    if i > 0:
        walls.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - before) * 1000)
print(json.dumps({
    "name": f"OpenCV {cv2.__version__} dnn, {cv2.getNumThreads()} threads",
    "load": loaded * 1000,
    "peak": peak,
    "wall": statistics.median(walls) if walls else None,
    "cpu": statistics.median(busy) if busy else None,
    "best": min(walls) if walls else None,
    "samples": len(walls),
}))
