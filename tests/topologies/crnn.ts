/**
 * CRNN: text recognition with bidirectional LSTMs over the columns of a text line.
 *
 * @see https://arxiv.org/abs/1507.05717 An End-to-End Trainable Network for Scene Text Recognition
 * @module
 */
import { conv, pool, relu } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** The network for 36 digits and letters and the blank. */
export function crnn(scale: Scale): string {
  const net = new Prototxt("CRNN", scale);
  const [height, width] = net.size(32, 100);
  net.input("data", [1, 1, height, width]);
  const unit = (i: number, output: number, kernel: number, normalized = false) => {
    conv(net, `conv${i}`, output, kernel, {
      convolution_param: {
        pad: kernel === 3 ? 1 : 0,
        stride: 1,
        weight_filler: { type: "xavier" },
        bias_filler: { type: "constant" },
      },
    });
    if (normalized) {
      net.inPlace("BatchNorm", `conv${i}_bn`);
      net.inPlace("Scale", `conv${i}_scale`, { scale_param: { bias_term: true } });
    }
    relu(net, `relu${i}`);
  };
  /** Pooling that halves the height only. */
  const flatten = (name: string) =>
    net.layer("Pooling", name, {
      pooling_param: {
        pool: "MAX",
        kernel_h: 2,
        kernel_w: 2,
        stride_h: 2,
        stride_w: 1,
        pad_h: 0,
        pad_w: 1,
      },
    });
  unit(1, 64, 3);
  pool(net, "pool1", "MAX", 2, 2);
  unit(2, 128, 3);
  pool(net, "pool2", "MAX", 2, 2);
  unit(3, 256, 3);
  unit(4, 256, 3);
  flatten("pool3");
  unit(5, 512, 3, true);
  unit(6, 512, 3, true);
  flatten("pool4");
  unit(7, 512, 2);
  net.layer("Transpose", "transpose", { transpose_param: { dim: [3, 0, 2, 1] } });
  net.layer("Flatten", "columns", { flatten_param: { axis: 2 } });
  // Each of the two `flatten` poolings adds a column, and the last convolution removes one.
  const steps = Math.ceil(Math.ceil(width / 2) / 2) + 1;
  net.layer("ContinuationIndicator", "indicator", {
    bottom: [],
    continuation_indicator_param: { time_step: steps, batch_size: 1 },
  });
  let from = "columns";
  for (const i of [1, 2]) {
    const lstm = (name: string, bottom: string) =>
      net.layer("LSTM", name, {
        bottom: [bottom, "indicator"],
        recurrent_param: {
          num_output: net.channels(256),
          weight_filler: { type: "xavier" },
          bias_filler: { type: "constant", value: 0 },
        },
      });
    const forth = lstm(`lstm${i}`, from);
    const turned = net.layer("Reverse", `lstm${i}-reverse1`, {
      bottom: from,
      reverse_param: { axis: 0 },
    });
    lstm(`rlstm${i}`, turned);
    const back = net.layer("Reverse", `lstm${i}-reverse2`, { reverse_param: { axis: 0 } });
    from = net.layer("Concat", `blstm${i}`, { bottom: [forth, back], concat_param: { axis: 2 } });
  }
  net.layer("InnerProduct", "fc1", {
    inner_product_param: {
      num_output: 37,
      axis: 2,
      weight_filler: { type: "xavier" },
      bias_filler: { type: "constant" },
    },
  });
  const scores = net.last;
  net.layer("Softmax", "probs", { softmax_param: { axis: 2 } });
  net.layer("CTCGreedyDecoder", "result", {
    bottom: [scores],
    ctc_decoder_param: { blank_index: 36, ctc_merge_repeated: true },
  });
  return net.toString();
}
