/**
 * OpenPose's body_25: stages that refine part affinity fields, then confidence maps of the joints.
 *
 * @see https://arxiv.org/abs/1812.08008 OpenPose
 * @module
 */
import { conv, pool, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** The network as distributed; the size of its input is given at conversion. */
export function openposeBody25(scale: Scale): string {
  const net = new Prototxt("OpenPose - BODY_25", scale);
  net.input("image", [1, 3, 1, 1], "input_dim");
  const widths = [[64, 64], [128, 128], [256, 256, 256, 256], [512, 512]];
  for (const [i, stage] of widths.entries()) {
    for (const [j, width] of stage.entries()) {
      const id = `${i + 1}_${j + 1}`;
      conv(net, `conv${id}`, width, 3, { convolution_param: { pad: 1 } });
      if (id === "4_2") net.inPlace("PReLU", "prelu4_2");
      else relu(net, `relu${id}`);
    }
    if (i < 3) pool(net, `pool${i + 1}_stage1`, "MAX", 2, 2);
  }
  const unit = (name: string, prelu: string, width: number, kernel: number) => {
    const pad = (kernel - 1) / 2;
    conv(net, name, width, kernel, { convolution_param: { pad } });
    net.inPlace("PReLU", prelu);
    return name;
  };
  unit("conv4_3_CPM", "prelu4_3_CPM", 256, 3);
  const features = unit("conv4_4_CPM", "prelu4_4_CPM", 128, 3);

  const stage = (id: string, width: number, wide: number, output: number) => {
    for (let i = 1; i <= 5; i++) {
      const parts = [0, 1, 2].map((j) =>
        unit(`Mconv${i}_${id}_${j}`, `Mprelu${i}_${id}_${j}`, width, 3)
      );
      net.layer("Concat", `Mconv${i}_${id}_concat`, { bottom: parts, concat_param: { axis: 1 } });
    }
    unit(`Mconv6_${id}`, `Mprelu6_${id}`, wide, 1);
    return net.layer("Convolution", `Mconv7_${id}`, {
      convolution_param: { num_output: output, pad: 0, kernel_size: 1 },
    });
  };
  let limbs = stage("stage0_L2", 96, 256, 52);
  for (let i = 1; i <= 3; i++) {
    net.layer("Concat", `concat_stage${i}_L2`, {
      bottom: [features, limbs],
      concat_param: { axis: 1 },
    });
    limbs = stage(`stage${i}_L2`, 128, 512, 52);
  }
  net.layer("Concat", "concat_stage0_L1", {
    bottom: [features, limbs],
    concat_param: { axis: 1 },
  });
  const joints = stage("stage0_L1", 96, 256, 26);
  net.layer("Concat", "concat_stage1_L1", {
    bottom: [features, joints, limbs],
    concat_param: { axis: 1 },
  });
  const better = stage("stage1_L1", 128, 512, 26);
  net.layer("Concat", "net_output", { bottom: [better, limbs], concat_param: { axis: 1 } });
  return net.toString();
}
