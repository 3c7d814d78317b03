"""Works out answers of layers of published networks and of tool chains: network_answers.json.

They are written down in answers/ from the forks' sources, one element at a time, in float64.

    pip install numpy
    python tests/layers/network_answers.py

Linux has the random numbers of CompactBilinear.
"""

import pathlib

from answers import mnc, network_cases, published, stand_alone, synopsys, vqa_mcb
from answers.numbers import write

for add_cases in [
    published.lite_flow_net,
    published.pwc_net,
    published.diagonal_filler_of_flow_net,
    published.cudnn_batch_norm,
    published.ordinal_decode_layer_of_dorn,
    published.auto_crop_of_rcf,
    published.psa_net,
    published.text_proposal_layer_of_ctpn,
    published.sstd,
    published.det_layer_of_ron,
    mnc.mask_layer,
    mnc.stage_bridge_layer,
    vqa_mcb.vqa_mcb,
    synopsys.two_operands,
    synopsys.eltwise,
    synopsys.reductions,
    synopsys.functions,
    synopsys.movements,
    synopsys.strided_slice,
    synopsys.padding_same,
    stand_alone.brelu,
    stand_alone.eltwise_affine,
    stand_alone.instance_norm,
    stand_alone.norm,
    stand_alone.mil,
    stand_alone.un_pooling,
    stand_alone.prior_box_of_traffic_lights,
]:
    add_cases()

write(pathlib.Path(__file__).with_suffix(".json"), network_cases.cases)
