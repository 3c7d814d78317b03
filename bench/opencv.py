"""Times OpenCV's dnn on a Caffe model: loading it, and running it. Prints one line of JSON.

usage: opencv.py deploy.prototxt net.caffemodel channels,height,width [runs]
"""

import json
import resource
import statistics
import sys
import time

import cv2
import numpy

prototxt, caffemodel, shape = sys.argv[1:4]
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
start = time.perf_counter()
net = cv2.dnn.readNetFromCaffe(prototxt, caffemodel)
loaded = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
data = numpy.random.default_rng(1).standard_normal(
    (1, *map(int, shape.split(","))), dtype=numpy.float32)
times = []
for _ in range(runs + 1 if runs else 0):
    start = time.perf_counter()
    net.setInput(data)
    net.forward()
    times.append(time.perf_counter() - start)
print(json.dumps({
    "name": f"OpenCV {cv2.__version__} dnn, {cv2.getNumThreads()} threads",
    "load": loaded * 1000,
    "peak": peak,
    "wall": statistics.median(times[1:]) * 1000 if runs else None,
}))
