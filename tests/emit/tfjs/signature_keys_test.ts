/**
 * Inputs of SavedModels have names of Python's arguments.
 */
import assert from "node:assert/strict";
import { convert } from "../../../mod.ts";
import { writeSavedModel } from "../../../lib/emit/tfjs/saved_model/saved_model.ts";
import { signatureKeys } from "../../../lib/emit/tfjs/saved_model/signature_keys.ts";
import { join } from "../../join.ts";

Deno.test("names of arguments are unique identifiers, and not keywords of Python", () => {
  const names = ["a/b", "a_b", "a.b", "self", "class", "None", "9x", "_x", "", "bild⁻¹", "Data"];
  assert.deepEqual(Object.fromEntries(signatureKeys(names)), {
    "a/b": "a_b_1",
    "a_b": "a_b",
    "a.b": "a_b_2",
    "self": "self_",
    "class": "class_",
    "None": "None_",
    "9x": "input_9x",
    "_x": "input__x",
    "": "input_",
    "bild⁻¹": "bild__",
    "Data": "Data",
  });
});

Deno.test("kaffe.json maps argument names to the network's inputs", () => {
  const prototxt = `input: "rgb/data" input_shape { dim: 1 dim: 2 }
    input: "mask" input_shape { dim: 1 dim: 2 }
    layer { name: "sum" type: "Eltwise" bottom: "rgb/data" bottom: "mask" top: "sum" }`;
  const network = { bytes: new TextEncoder().encode(prototxt), name: "deploy.prototxt" };
  const [metadata, model] = writeSavedModel(convert(network));
  const { inputs } = JSON.parse(new TextDecoder().decode(join(metadata!.chunks)));
  assert.deepEqual(inputs, { rgb_data: "rgb/data", mask: "mask" });
  assert.match(new TextDecoder("latin1").decode(join(model!.chunks)), /serving_default.*rgb_data/s);
});
