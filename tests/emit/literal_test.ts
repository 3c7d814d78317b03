import assert from "node:assert/strict";
import { className } from "../../lib/emit/literal.ts";

Deno.test("a class name is the network's name as a valid and unused identifier", () => {
  const names = ["VGG_ILSVRC 16", "googlenet", "3d", "", "class", "Infinity", "NaN", "Network"];
  assert.deepEqual(names.map(className), [
    "VGG_ILSVRC16",
    "Googlenet",
    "Model3d",
    "Model",
    "ClassModel",
    "InfinityModel",
    "NaNModel",
    "NetworkModel",
  ]);
});
