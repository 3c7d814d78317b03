import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

Deno.test("a Concat shares the memory of its bottom if it has only one", () => {
  const read = (bottoms: string) => {
    const text = `input: "a" input_shape { dim: 2 dim: 3 } input: "b" input_shape { dim: 2 dim: 3 }
      layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }
      layer { name: "join" type: "Concat" ${bottoms} top: "join" }
      layer { name: "relu" type: "ReLU" bottom: "join" top: "join" }
      layer { name: "late" type: "Power" bottom: "sum" top: "late" power_param { shift: 2 } }`;
    const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" }, {
      transforms: [],
    });
    return graph.nodes.find(({ output }) => output.name === "late")!.inputs[0]!.name;
  };
  assert.equal(read(`bottom: "sum"`), "sum/view");
  assert.equal(read(`bottom: "sum" bottom: "b"`), "sum");
});
