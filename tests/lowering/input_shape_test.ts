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

Deno.test("settings of a data layer of an unknown type are no unknown fields if its shape is", () => {
  const { warnings } = refused(`
    layer { name: "doc" type: "DocData" top: "doc" doc_data_param { sources: "a" seed: 1 } }
    layer { name: "relu" type: "ReLU" bottom: "doc" top: "relu" }`);
  assert.deepEqual(warnings, [
    'layer "doc" is taken for inputs: type DocData is not supported, and it has no bottoms',
  ]);
});
