import assert from "node:assert/strict";
import { NodeBuilder } from "../../../lib/emit/tfjs/node_builder.ts";

Deno.test("small equal constants share a node, and large ones are named after their op", () => {
  const tf = new NodeBuilder();
  const added = (scope: string, length: number) => {
    tf.scope = scope;
    return tf.floats([length], new Float32Array(length).fill(7)).node;
  };
  assert.equal(added("a", 64), added("b", 64));
  assert.notEqual(added("a", 64), added("a", 63));
  assert.deepEqual([added("a", 65), added("b", 65)].map(({ name }) => name), [
    "a/numbers",
    "b/numbers",
  ]);
});
