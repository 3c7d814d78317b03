/**
 * The heads of single-shot detectors: locations, scores and priors on several feature maps.
 *
 * @module
 */
import { rates } from "./blocks.ts";
import type { Prototxt } from "./prototxt.ts";

/** A feature map and the priors on each of its cells. */
interface Source {
  readonly from: string;
  /** The prefix of the names of its layers; defaults to `from`. */
  readonly name?: string;
  readonly min: number;
  readonly max?: number;
  readonly ratios: readonly number[];
  readonly step?: number;
}

/** The settings of the heads of a detector. */
interface Heads {
  readonly classes: number;
  readonly kernel: number;
  readonly output: { readonly top: number; readonly keep: number; readonly confidence: number };
  /** The `clip` of `prior_box_param`. */
  readonly clip: boolean;
}

/** The fillers of all convolutions. */
export const fillers = {
  weight_filler: { type: "xavier" },
  bias_filler: { type: "constant", value: 0 },
};

/** Adds locations, scores and priors of each source, and the detection output. */
export function heads(net: Prototxt, sources: readonly Source[], options: Heads): void {
  const { classes, kernel, output, clip } = options;
  const names = sources.map(({ from, name }) => name ?? from);
  for (const [i, { from, min, max, ratios, step }] of sources.entries()) {
    const priors = 1 + (max === undefined ? 0 : 1) + 2 * ratios.length;
    for (const [what, width] of [["loc", 4], ["conf", classes]] as const) {
      const name = `${names[i]}_mbox_${what}`;
      net.layer("Convolution", name, {
        bottom: from,
        param: rates,
        convolution_param: {
          num_output: priors * width,
          pad: kernel === 3 ? 1 : 0,
          kernel_size: kernel,
          stride: 1,
          ...fillers,
        },
      });
      net.layer("Permute", `${name}_perm`, { permute_param: { order: [0, 2, 3, 1] } });
      net.layer("Flatten", `${name}_flat`, { flatten_param: { axis: 1 } });
    }
    net.layer("PriorBox", `${names[i]}_mbox_priorbox`, {
      bottom: [from, "data"],
      prior_box_param: {
        min_size: min,
        max_size: max,
        aspect_ratio: ratios,
        flip: true,
        clip,
        variance: [0.1, 0.1, 0.2, 0.2],
        step,
        offset: 0.5,
      },
    });
  }
  for (const [what, axis] of [["loc", 1], ["conf", 1], ["priorbox", 2]] as const) {
    const end = what === "priorbox" ? "" : "_flat";
    net.layer("Concat", `mbox_${what}`, {
      bottom: names.map((name) => `${name}_mbox_${what}${end}`),
      concat_param: { axis },
    });
  }
  net.layer("Reshape", "mbox_conf_reshape", {
    bottom: "mbox_conf",
    reshape_param: { shape: { dim: [0, -1, classes] } },
  });
  net.layer("Softmax", "mbox_conf_softmax", { softmax_param: { axis: 2 } });
  net.layer("Flatten", "mbox_conf_flatten", { flatten_param: { axis: 1 } });
  net.layer("DetectionOutput", "detection_out", {
    bottom: ["mbox_loc", "mbox_conf_flatten", "mbox_priorbox"],
    include: { phase: "TEST" },
    detection_output_param: {
      num_classes: classes,
      share_location: true,
      background_label_id: 0,
      nms_param: { nms_threshold: 0.45, top_k: output.top },
      save_output_param: { label_map_file: "labelmap.prototxt" },
      code_type: "CENTER_SIZE",
      keep_top_k: output.keep,
      confidence_threshold: output.confidence,
    },
  });
}
