/**
 * Networks for training are converted to their predictions, without labels.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import {
  data,
  input,
  layer,
  learned,
  onlyTraining,
  python,
  testPredictions,
} from "./predictions.ts";

const convolved = (bottom: string, top: string) =>
  layer("Convolution", bottom, top, "convolution_param { num_output: 4 kernel_size: 1 }");
const sliced = (...points: number[]) =>
  `slice_param { ${points.map((point) => `slice_point: ${point}`).join(" ")} }`;

testPredictions([
  {
    does: "a label may come first",
    text: data + learned("data", "fc") + layer("EuclideanLoss", "label fc", "loss"),
    outputs: "fc",
  },
  {
    does: "a label may be missing, and come first",
    text: input("data", 2, 3) + learned("data", "fc") + layer("EuclideanLoss", "label fc", "loss"),
    outputs: "fc",
  },
  {
    does: "all computed bottoms of a loss are outputs",
    text: input("a", 2, 3) + input("b", 2, 3) + learned("a", "fa") + learned("b", "fb") +
      layer("EuclideanLoss", "fa fb", "loss"),
    inputs: "a b",
    outputs: "fa fb",
  },
  {
    does: "a loss may compare three predictions",
    text: input("data", 6, 3) + learned("data", "fc") +
      layer("Slice", "fc", "a p n", `slice_param { axis: 0 }`) +
      layer("TripletLoss", "a p n", "loss"),
    outputs: "a n p",
  },
  {
    does: "a teacher's prediction is an output, though a loss reads it as labels",
    text: data + learned("data", "student") + learned("data", "teacher") +
      layer("ArgMax", "teacher", "best") + layer("SoftmaxWithLoss", "student best", "loss"),
    outputs: "best loss",
  },
  {
    does: "layers that prepare labels are left out, whatever the shape of labels",
    text: data + learned("data", "fc") + layer("Slice", "label", "one two", sliced(1)) +
      layer("SoftmaxWithLoss", "fc one", "loss") + layer("EuclideanLoss", "fc two", "other"),
    outputs: "loss",
  },
  {
    does: "labels of unknown shape are left out",
    text: layer("HDF5Data", "", "label", "hdf5_data_param { batch_size: 2 }") +
      input("data", 2, 3) + learned("data", "fc", 2) +
      layer("Slice", "label", "one two", sliced(2)) + layer("Power", "one", "scaled") +
      layer("EuclideanLoss", "fc scaled", "loss"),
    outputs: "fc",
  },
  {
    does: "the first input is data if no layer has learned blobs",
    text: input("data", 2, 3) + input("label", 2, 4) + layer("ReLU", "data", "relu") +
      layer("Slice", "label", "one two", sliced(3)) + layer("EuclideanLoss", "relu one", "loss"),
    outputs: "relu",
  },
  {
    does: "layers of unknown types that prepare labels are left out",
    text: data + learned("data", "fc") + layer("Mangle", "label", "odd") +
      layer("Python", "odd", "odder", python("m.Maker")) +
      layer("SoftmaxWithLoss", "fc odder", "loss"),
    outputs: "loss",
    warns: [onlyTraining("odd", "Mangle"), onlyTraining("odder", "Python m.Maker")],
  },
  {
    does: "a silenced label needs no known layers",
    text: data + learned("data", "fc") + layer("Mangle", "label", "odd") +
      layer("Silence", "odd", ""),
    outputs: "fc",
    warns: [
      'layer "odd" is left out: type Mangle is not supported, and only Silence layers read its tops',
    ],
  },
  {
    does: "DetectNet's boxes are those before they are masked by labels",
    text: data + layer("HDF5Data", "", "truth", "hdf5_data_param { batch_size: 2 }") +
      layer("Slice", "truth", "cover box size", sliced(1, 5)) + convolved("data", "coverage") +
      layer("Concat", "cover cover cover cover", "block") + convolved("data", "bboxes") +
      layer("Eltwise", "bboxes block", "masked", "eltwise_param { operation: PROD }") +
      layer("Eltwise", "masked size", "normed", "eltwise_param { operation: PROD }") +
      layer("L1Loss", "normed box", "loss") + layer("EuclideanLoss", "coverage cover", "other"),
    outputs: "bboxes coverage",
    warns: ['layer "masked" is left out: it mixes labels into "bboxes", as only training does'],
  },
  {
    does: "an in-place margin layer is left out with its labels, and names the weights behind it",
    text: data + learned("data", "fc") + layer("LabelMargin", "fc label", "fc") +
      layer("ReLU", "fc", "r") + learned("r", "r") + layer("SoftmaxWithLoss", "r label", "loss"),
    outputs: "fc",
    warns: [
      'layer "fc" is left out: type LabelMargin is not supported, and it reads what only ' +
      'training has; layers with weights behind it are left out too: "r"',
    ],
  },
  {
    does: "a label that only a margin layer reads is left out",
    text: data + layer(
      ...["MarginInnerProduct", "data label", "fc"],
      "margin_inner_product_param { num_output: 4 }",
    ),
    outputs: "fc",
  },
  {
    does: "a label that a margin layer and a loss read is left out",
    text: data + layer(
      ...["MarginInnerProduct", "data label", "fc"],
      "margin_inner_product_param { num_output: 4 }",
    ) + layer("SoftmaxWithLoss", "fc label", "loss"),
    outputs: "loss",
  },
  {
    does: "sums of losses are left out, and probabilities are not added",
    text: data + learned("data", "fc") + layer("SoftmaxWithLoss", "fc label", "a") +
      layer("SoftmaxWithLoss", "fc label", "b") + layer("EuclideanLoss", "fc label", "c") +
      layer("Eltwise", "a b c", "sum") + layer("Silence", "sum", ""),
    outputs: "a b",
  },
  {
    does: "a second top of a loss is the probabilities, and may be read",
    text: data + learned("data", "fc") + layer("SoftmaxWithLoss", "fc label", "loss prob") +
      layer("Power", "loss", "twice") + layer("ArgMax", "prob", "best"),
    outputs: "best loss",
  },
  {
    does: "a loss that is silenced still gives its probabilities",
    text: data + learned("data", "fc") + learned("data", "other") +
      layer("SoftmaxWithLoss", "fc label", "loss") + layer("Silence", "loss other", ""),
    outputs: "loss",
  },
  {
    does: "unread tops of a data layer are left out",
    text: data + learned("data", "fc"),
    outputs: "fc",
  },
  {
    does: "a network of only a data layer keeps all of its tops",
    text: data,
    inputs: "data label",
    outputs: "data label",
  },
  {
    does: "an unread input is kept, as in Caffe",
    text: input("data", 2, 3) + input("label", 2) + learned("data", "fc"),
    inputs: "data label",
    outputs: "fc label",
  },
  {
    does: "the target of an autoencoder is its data",
    text: input("data", 2, 1, 2, 2) + layer("Flatten", "data", "flat") + learned("flat", "code") +
      learned("code", "again") + layer("SigmoidCrossEntropyLoss", "again flat", "loss") +
      layer("EuclideanLoss", "again flat", "other"),
    outputs: "loss",
  },
  {
    does: "a label that a learned layer reads is data",
    text: input("data", 2, 3) + input("label", 2) + learned("data", "fc") +
      layer("Embed", "label", "code", "embed_param { input_dim: 9 num_output: 4 }") +
      layer("Eltwise", "fc code", "sum") + learned("sum", "again") +
      layer("SoftmaxWithLoss", "again label", "loss"),
    inputs: "data label",
    outputs: "loss",
  },
  {
    does:
      "labels of which a part is a feature beside learned ones are data, and the rest no output",
    text: input("data", 2, 3) + input("label", 2, 4) + learned("data", "fc") +
      layer("Slice", "label", "gaze pose", sliced(2)) + layer("Concat", "fc pose", "both") +
      learned("both", "again", 2) + layer("EuclideanLoss", "again gaze", "loss"),
    inputs: "data label",
    outputs: "again",
  },
  {
    does: "the sequence indicator of a recurrent layer is data, though a loss reads it",
    text: input("data", 3, 2, 4) + input("cont", 3, 2) +
      layer("LSTM", "data cont", "lstm", "recurrent_param { num_output: 4 }") +
      layer("CTCLoss", "lstm cont label", "loss"),
    inputs: "data cont lstm/h_0 lstm/c_0",
    outputs: "lstm",
  },
  {
    does: "constants that a loss compares with are labels",
    text: input("data", 2, 3) + learned("data", "fc") +
      layer("DummyData", "", "zero", "dummy_data_param { shape { dim: 2 dim: 4 } }") +
      layer("EuclideanLoss", "fc zero", "loss"),
    outputs: "fc",
  },
  {
    does: "a silenced sum stays silenced if its other input serves nothing else",
    text: input("data", 2, 3) + input("z", 2, 4) + learned("data", "fc") + learned("data", "fd") +
      layer("ReLU", "z", "relu") + layer("Eltwise", "fc relu", "sum") + layer("Silence", "sum", ""),
    outputs: "fd",
  },
]);

Deno.test("a loss without predictions is refused", () => {
  for (const type of ["EuclideanLoss", "SoftmaxWithLoss"]) {
    const text = data + learned("data", "fc") + layer(type, "fd label", "loss");
    assert.throws(() => convert({ bytes: new TextEncoder().encode(text), name: "net" }), {
      message: /no layer before it has a top "fd" \(did you mean "fc"\?\)/,
    });
  }
});

Deno.test("the shape of a left-out label may be set", () => {
  const text = data + learned("data", "fc") + layer("SoftmaxWithLoss", "fc label", "loss");
  const network = { bytes: new TextEncoder().encode(text), name: "net" };
  const { graph } = convert(network, { inputShapes: new Map([["label", [2]]]) });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["data"]);
});
