"""Works out answers of layers of Caffe's forks that no recording has: fork_answers.json.

Where OpenCV's importer of Caffe knows the layer, it gives the answer (`by: opencv`); the others are
written down in answers/ from their definitions, one element at a time, in float64
(`by: definition`).

    pip install 'opencv-python-headless<5' numpy
    python tests/layers/fork_answers.py
"""

import pathlib

from answers import (
    detection, faces, flownet, fork_cases, frcnn, ocr, others, priors, pytorch, regions,
    segmentation, volumes,
)
from answers.numbers import write

for add_cases in [
    others.activations,
    flownet.mean,
    flownet.accum,
    flownet.correlation_1d,
    priors.prior_box_clustered,
    priors.dense_priors,
    detection.region,
    ocr.continuation_indicator,
    segmentation.unpooling,
    faces.normalize,
    detection.roi_align,
    detection.proposal,
    detection.simpler_nms,
    detection.refinedet,
    segmentation.nn_upsample,
    faces.resize,
    ocr.im2seq,
    ocr.lstm,
    ocr.dense_block,
    faces.normalize_by_sum,
    segmentation.interp_like,
    segmentation.unpooling_without_mask,
    flownet.correlation_1d_to_the_left,
    flownet.data_augmentation,
    volumes.deconvolution_3d,
    others.broadcast_mul,
    volumes.convolution_3d,
    volumes.pooling_3d,
    pytorch.pad,
    pytorch.bilinear_interpolate,
    pytorch.max_unpool,
    others.lstm_unit,
    frcnn.frcnn_proposal,
    detection.ssh_proposal,
    regions.roi_warping,
    regions.psroi_align,
    regions.rpn,
]:
    add_cases()

write(pathlib.Path(__file__).with_suffix(".json"), fork_cases.cases)
