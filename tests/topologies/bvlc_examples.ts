/**
 * Caffe's example networks in their training form: data layers for both phases, losses, accuracies,
 * shared weights. Their inputs are small, so all are tested at full size.
 *
 * @see https://github.com/BVLC/caffe/tree/master/examples
 * @module
 */
import { conv, dense, pool, relu } from "./blocks.ts";
import { type Fields, full, Prototxt } from "./prototxt.ts";

const rates = [{ lr_mult: 1 }, { lr_mult: 2 }];
const constant = { type: "constant" };

/** CIFAR-10, quick: `cifar10_quick.prototxt`. */
export function cifar10Quick(): string {
  const net = cifar10("CIFAR10_quick_test");
  convolve(net, 1, 32, 0.0001);
  pool(net, "pool1", "MAX", 3, 2);
  relu(net, "relu1");
  convolve(net, 2, 32, 0.01);
  relu(net, "relu2");
  pool(net, "pool2", "AVE", 3, 2);
  convolve(net, 3, 64, 0.01);
  relu(net, "relu3");
  pool(net, "pool3", "AVE", 3, 2);
  dense(net, "ip1", 64, { param: rates });
  dense(net, "ip2", 10, { param: rates });
  net.layer("Softmax", "prob");
  return net.toString();
}

/** CIFAR-10, full: `cifar10_full.prototxt`. */
export function cifar10Full(): string {
  const net = cifar10("CIFAR10_full_deploy");
  const lrn = {
    lrn_param: { local_size: 3, alpha: 0.00005, beta: 0.75, norm_region: "WITHIN_CHANNEL" },
  };
  convolve(net, 1, 32, 0.0001);
  pool(net, "pool1", "MAX", 3, 2);
  relu(net, "relu1");
  net.layer("LRN", "norm1", lrn);
  convolve(net, 2, 32, 0.01);
  relu(net, "relu2");
  pool(net, "pool2", "AVE", 3, 2);
  net.layer("LRN", "norm2", lrn);
  convolve(net, 3, 64, 0.01);
  relu(net, "relu3");
  pool(net, "pool3", "AVE", 3, 2);
  dense(net, "ip1", 10, {
    param: [{ lr_mult: 1, decay_mult: 250 }, { lr_mult: 2, decay_mult: 0 }],
  });
  net.layer("Softmax", "prob");
  return net.toString();
}

function cifar10(name: string): Prototxt {
  const net = new Prototxt(name, full);
  net.layer("Input", "data", {
    bottom: [],
    input_param: { shape: { dim: [1, 3, 32, 32] } },
  });
  return net;
}

function convolve(net: Prototxt, i: number, output: number, std: number): void {
  conv(net, `conv${i}`, output, 5, {
    param: rates,
    convolution_param: {
      pad: 2,
      stride: 1,
      weight_filler: { type: "gaussian", std },
      bias_filler: constant,
    },
  });
}

/** Siamese networks on pairs of digits, which share their weights: `mnist_siamese_train_test.prototxt`. */
export function siamese(): string {
  const net = new Prototxt("mnist_siamese_train_test", full);
  for (const [phase, source, batch_size] of [["TRAIN", "train", 64], ["TEST", "test", 100]]) {
    net.layer("Data", "pair_data", {
      bottom: [],
      top: ["pair_data", "sim"],
      include: { phase: phase! },
      transform_param: { scale: 0.00390625 },
      data_param: { source: `examples/siamese/mnist_siamese_${source}_leveldb`, batch_size },
    });
  }
  net.layer("Slice", "slice_pair", {
    bottom: "pair_data",
    top: ["data", "data_p"],
    slice_param: { slice_dim: 1, slice_point: 1 },
  });
  for (const suffix of ["", "_p"]) {
    const shared = (name: string) => ({
      param: [{ name: `${name}_w`, lr_mult: 1 }, { name: `${name}_b`, lr_mult: 2 }],
    });
    net.last = `data${suffix}`;
    for (const [i, output] of [[1, 20], [2, 50]] as const) {
      conv(net, `conv${i}${suffix}`, output, 5, {
        ...shared(`conv${i}`),
        convolution_param: {
          stride: 1,
          weight_filler: { type: "xavier" },
          bias_filler: constant,
        },
      });
      pool(net, `pool${i}${suffix}`, "MAX", 2, 2);
    }
    const fillers = { weight_filler: { type: "xavier" }, bias_filler: constant };
    dense(net, `ip1${suffix}`, 500, { ...shared("ip1"), inner_product_param: fillers });
    relu(net, `relu1${suffix}`);
    dense(net, `ip2${suffix}`, 10, { ...shared("ip2"), inner_product_param: fillers });
    dense(net, `feat${suffix}`, 2, { ...shared("feat"), inner_product_param: fillers });
  }
  net.layer("ContrastiveLoss", "loss", {
    bottom: ["feat", "feat_p", "sim"],
    contrastive_loss_param: { margin: 1 },
  });
  return net.toString();
}

/** An autoencoder for digits: `mnist_autoencoder.prototxt`. */
export function autoencoder(): string {
  const net = new Prototxt("MNISTAutoencoder", full);
  const data = (include: Fields, source: string) =>
    net.layer("Data", "data", {
      bottom: [],
      include,
      transform_param: { scale: 0.0039215684 },
      data_param: {
        source: `examples/mnist/mnist_${source}_lmdb`,
        batch_size: 100,
        backend: "LMDB",
      },
    });
  data({ phase: "TRAIN" }, "train");
  data({ phase: "TEST", stage: "test-on-train" }, "train");
  data({ phase: "TEST", stage: "test-on-test" }, "test");
  net.layer("Flatten", "flatdata", { bottom: "data" });
  net.last = "data";
  const sparse = { type: "gaussian", std: 1, sparse: 15 };
  const steps = [["encode", [1000, 500, 250, 30]], ["decode", [250, 500, 1000, 784]]] as const;
  for (const [part, widths] of steps) {
    for (const [i, width] of widths.entries()) {
      const number = part === "encode" ? i + 1 : 4 - i;
      const name = `${part}${number}`;
      dense(net, name, width, {
        param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 1, decay_mult: 0 }],
        inner_product_param: {
          weight_filler: sparse,
          bias_filler: { type: "constant", value: 0 },
        },
      });
      if (name !== "encode4" && name !== "decode1") {
        net.layer("Sigmoid", `${name}neuron`);
      }
    }
  }
  net.layer("SigmoidCrossEntropyLoss", "loss", {
    bottom: ["decode1", "flatdata"],
    top: "cross_entropy_loss",
    loss_weight: 1,
  });
  net.layer("Sigmoid", "decode1neuron", { bottom: "decode1" });
  net.layer("EuclideanLoss", "loss", {
    bottom: ["decode1neuron", "flatdata"],
    top: "l2_error",
    loss_weight: 0,
  });
  return net.toString();
}

/** Logistic regression on four features: `hdf5_classification/train_val.prototxt`. */
export const logisticRegression = (): string => hdf5Classification(false);
/** The same with 40 hidden units: `hdf5_classification/nonlinear_train_val.prototxt`. */
export const nonlinearRegression = (): string => hdf5Classification(true);

function hdf5Classification(nonlinear: boolean): string {
  const net = new Prototxt("LogisticRegressionNet", full);
  for (const [phase, source] of [["TRAIN", "train"], ["TEST", "test"]]) {
    net.layer("HDF5Data", "data", {
      bottom: [],
      top: ["data", "label"],
      include: { phase: phase! },
      hdf5_data_param: {
        source: `examples/hdf5_classification/data/${source}.txt`,
        batch_size: 10,
      },
    });
  }
  net.last = "data";
  const layer = (name: string, output: number, std: number) =>
    dense(net, name, output, {
      param: [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }],
      inner_product_param: {
        weight_filler: { type: "xavier", std },
        bias_filler: { type: "constant", value: 0 },
      },
    });
  if (nonlinear) {
    layer("fc1", 40, 0.01);
    relu(net, "relu1");
  }
  const scores = layer(nonlinear ? "fc2" : "fc1", 2, 0.01);
  net.layer("SoftmaxWithLoss", "loss", { bottom: [scores, "label"] });
  net.layer("Accuracy", "accuracy", {
    bottom: [scores, "label"],
    include: { phase: "TEST" },
  });
  return net.toString();
}
