/**
 * The shapes of inputs that their file does not specify.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The message about a network that cannot be converted, and the warnings before. */
function refused(text: string, shapes: Readonly<Record<string, readonly number[]>> = {}) {
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const inputShapes = new Map(Object.entries(shapes));
  try {
    convert(network, { inputShapes, warn: (message) => warnings.push(message) });
  } catch (error) {
    return { message: (error as Error).message, warnings };
  }
  throw new Error("The network was converted");
}

const text = `input: "known" input_shape { dim: 2 }
  layer { name: "images" type: "HDF5Data" top: "image" top: "vel" top: "target" }
  layer { name: "more" type: "Data" top: "other" transform_param { crop_size: 4 } }
  layer { name: "unread" type: "HDF5Data" top: "unread" }
  layer { name: "sum" type: "Eltwise" bottom: "image" bottom: "vel" top: "sum" }
  layer { name: "fc" type: "InnerProduct" bottom: "sum" top: "fc" inner_product_param {
    num_output: 2 } }
  layer { name: "relu" type: "ReLU" bottom: "other" top: "relu" }
  layer { name: "loss" type: "EuclideanLoss" bottom: "fc" bottom: "target" top: "loss" }`;

Deno.test("all inputs that need a shape are named at once, other than labels and known ones", () => {
  assert.match(
    refused(text).message,
    /: the shapes of 2 inputs are not in the file; set them with inputShapes: new Map\(\[\["image", \[N, C, H, W\]\], \["vel", \[N, C, H, W\]\]\]\)\n/,
  );
  assert.match(
    refused(text, { image: [2, 3] }).message,
    /: the shape of its input "vel" is not in the file; set it with inputShapes: new Map\(\[\["vel", /,
  );
});

Deno.test("the numbers are named that do not give the shapes of all inputs", () => {
  const net = (inputs: string) =>
    `${inputs} layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }`;
  const dims = "input_dim: 3 input_dim: 224 input_dim: 225";
  assert.match(
    refused(net(`input: "a" input: "b" ${dims}`)).message,
    /shapes of 2 inputs are not in the file, which has 3 input_dim \(3, 224, 225\), but needs 4 for each input; set them with/,
  );
  assert.match(
    refused(net(`input: "a" ${dims} layer { type: "HDF5Data" top: "b" }`), { a: [1, 2] }).message,
    /the shape of its input "b" is not in the file; set it with/,
  );
});

Deno.test("settings of a data layer of an unknown type are no unknown fields if its shape is", () => {
  const { warnings } = refused(`
    layer { name: "doc" type: "DocData" top: "doc" doc_data_param { sources: "a" seed: 1 } }
    layer { name: "relu" type: "ReLU" bottom: "doc" top: "relu" }`);
  assert.deepEqual(warnings, [
    'layer "doc" is taken for inputs: type DocData is not supported, and it has no bottoms',
  ]);
});

/** The branches of a siamese network, which read the slices of a pair of pictures. */
const pair = (transform: string, slice: string) => `
  layer { name: "pair" type: "Data" top: "pair" top: "sim" ${transform} }
  layer { name: "slice" type: "Slice" bottom: "pair" top: "a" top: "b" ${slice} }
  layer { name: "conv" type: "Convolution" bottom: "a" top: "conv"
    convolution_param { num_output: 1 kernel_size: 2 weight_filler { type: "xavier" } } }
  layer { name: "conv_p" type: "Convolution" bottom: "b" top: "conv_p"
    convolution_param { num_output: 1 kernel_size: 2 weight_filler { type: "xavier" } } }
  layer { name: "loss" type: "ContrastiveLoss" bottom: "conv" bottom: "conv_p" bottom: "sim"
    top: "loss" }`;

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("the pictures of a siamese network are stacked: the points of its Slice say how many", () => {
  const half = "slice_param { slice_dim: 1 slice_point: 1 }";
  assert.match(refused(pair("", half)).message, /\["pair", \[N, 2, H, W\]\]/);
  assert.match(
    refused(pair("", "slice_param { slice_point: [] }")).message,
    /\["pair", \[N, C, H, W\]\]/,
  );
  assert.match(
    refused(pair("", "slice_param { axis: 2 slice_point: 1 }")).message,
    /\["pair", \[N, C, H, W\]\]/,
  );
  const three = 'top: "c" slice_param { slice_point: 3 slice_point: 7 }';
  assert.match(refused(pair("", three)).message, /\["pair", \[N, 11, H, W\]\]/);
  const bytes = bytesOf(pair("transform_param { crop_size: 5 }", half));
  const { graph } = convert({ bytes, name: "net.prototxt" });
  assert.deepEqual(graph.inputs.map(({ shape }) => shape), [[1, 2, 5, 5]]);
});

Deno.test("the weights behind an even Slice say how many channels its pieces have", () => {
  const caffemodel = ["conv", "conv_p"].map((name) =>
    `layer { name: "${name}" type: "Convolution"
      blobs { shape { dim: [1, 3, 2, 2] } data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }
      blobs { shape { dim: 1 } data: 0 } }`
  ).join("\n");
  const bytes = bytesOf(pair("transform_param { crop_size: 5 }", ""));
  const { graph } = convert({ bytes, name: "net.prototxt" }, {
    caffemodel: { bytes: bytesOf(caffemodel), name: "net.caffemodel" },
  });
  assert.deepEqual(graph.inputs.map(({ shape }) => shape), [[1, 6, 5, 5]]);
});

Deno.test("Slices that write the blob that they read say nothing about its channels", () => {
  const text = pair("", 'top: "pair" slice_param { }').repeat(2);
  assert.match(refused(text).message, /\["pair", \[N, C, H, W\]\]/);
});

Deno.test("the input by which the sequences of a recurrent layer continue has two axes", () => {
  for (const type of ["LSTM", "RNN"]) {
    const { message } = refused(`
      layer { name: "frames" type: "HDF5Data" top: "frames" top: "cont" }
      layer { name: "steps" type: "${type}" bottom: "frames" bottom: "cont" top: "steps"
        recurrent_param { num_output: 2 } }`);
    assert.match(message, /\["frames", \[N, C, H, W\]\], \["cont", \[T, N\]\]\]/);
  }
});
