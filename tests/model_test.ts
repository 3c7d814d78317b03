import assert from "node:assert/strict";
import { convert } from "../mod.ts";
import { titleOf } from "../lib/model.ts";

Deno.test("a network without a name gets the name of its file", () => {
  const named = (name: string, file: string) => {
    const text = `${name} input: "a" input_shape { dim: 1 }
      layer { name: "b" type: "ReLU" bottom: "a" top: "b" }`;
    return titleOf(convert({ bytes: new TextEncoder().encode(text), name: file }));
  };
  assert.equal(named('name: "LeNet"', "deploy.prototxt"), "LeNet");
  assert.equal(named("", "folder/squeezenet_v1.0.prototxt"), "squeezenet_v1.0");
  assert.equal(named("", ".prototxt"), ".prototxt");
  assert.equal(named("", "net"), "net");
});
