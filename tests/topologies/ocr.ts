/**
 * A DenseNet for lines of Chinese text: its columns are the time steps of two bidirectional LSTMs with
 * residual connections.
 *
 * @see https://github.com/senlinuc/caffe_ocr/blob/master/examples/ocr/densenet/densenet-sum-blstm-full-res-blstm_deploy.prototxt
 * @module
 */
import { pool } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** The network for 5989 characters and the blank. */
export function densenetOcr(scale: Scale): string {
  const net = new Prototxt("densenet", scale);
  net.input("data", [1, 3, ...net.size(32, 280)], "input_dim");
  net.layer("Convolution", "conv1", {
    param: { lr_mult: 1, decay_mult: 1 },
    convolution_param: {
      num_output: net.channels(64),
      kernel_size: 5,
      pad: 2,
      stride: 2,
      weight_filler: { type: "msra" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  for (const i of [1, 2, 3]) {
    net.layer("DenseBlock", `DenseBlock${i}`, {
      denseblock_param: {
        numTransition: 8,
        initChannel: 64,
        growthRate: 8,
        Filter_Filler: { type: "msra" },
        BN_Scaler_Filler: { type: "constant", value: 1 },
        BN_Bias_Filler: { type: "constant", value: 0 },
        use_dropout: false,
        dropout_amount: 0.2,
      },
    });
    net.layer("BatchNorm", `BatchNorm${i}`, {
      param: Array(3).fill({ lr_mult: 0, decay_mult: 0 }),
    });
    net.inPlace("Scale", `Scale${i}`, {
      scale_param: { filler: { value: 1 }, bias_term: true, bias_filler: { value: 0 } },
    });
    net.inPlace("ReLU", `ReLU${i}`);
    if (i === 3) break;
    net.layer("Convolution", `Convolution${i + 1}`, {
      convolution_param: {
        num_output: net.channels(64 + 64 * i),
        bias_term: false,
        pad: 0,
        kernel_size: 1,
        stride: 1,
        weight_filler: { type: "msra" },
      },
    });
    const dropout = { dropout_param: { dropout_ratio: 0.2 } };
    if (i === 1) net.layer("Dropout", "Dropout1", dropout);
    else net.inPlace("Dropout", `Dropout${i}`, dropout);
    pool(net, `Pooling${i}`, "AVE", 2, 2);
  }
  net.layer("Pooling", "pool5_ave", {
    pooling_param: { pool: "AVE", kernel_w: 1, kernel_h: 4, stride_w: 1, stride_h: 1 },
  });
  net.layer("Transpose", "pool5_ave_transpose", { transpose_param: { dim: [3, 2, 0, 1] } });
  const input = net.layer("Reshape", "blstm_input", {
    reshape_param: { shape: { dim: -1 }, axis: 1, num_axes: 2 },
  });
  // The outputs are added to the features of the last block, so they have as many channels.
  const units = net.channels(192) + 64;
  const lstm = (name: string, bottom: string, top: string) =>
    net.layer("Lstm", name, {
      bottom,
      top,
      lstm_param: {
        num_output: units,
        weight_filler: { type: "gaussian", std: 0.1 },
        bias_filler: { type: "constant" },
      },
    });
  const reverse = (name: string, bottom: string, top: string) =>
    net.layer("Reverse", name, { bottom, top, reverse_param: { axis: 0 } });
  let from = input;
  for (const i of [1, 2]) {
    lstm(`lstm${i}`, from, `lstm${i}`);
    reverse(`lstm${i}-reverse1`, from, `rlstm${i}_input`);
    lstm(`rlstm${i}`, `rlstm${i}_input`, `rlstm${i}-output`);
    reverse(`lstm${i}-reverse2`, `rlstm${i}-output`, `rlstm${i}`);
    from = net.layer("Eltwise", `blstm${i}`, {
      bottom: [...new Set([`lstm${i}`, `rlstm${i}`, from, input])],
      eltwise_param: { operation: "SUM" },
    });
  }
  net.layer("InnerProduct", "fc1x", {
    param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
    inner_product_param: {
      axis: 2,
      num_output: 5990,
      weight_filler: { type: "xavier" },
      bias_filler: { type: "constant", value: 0 },
    },
  });
  net.layer("CTCGreedyDecoder", "result");
  return net.toString();
}
