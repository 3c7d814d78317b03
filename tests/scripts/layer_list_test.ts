import assert from "node:assert/strict";
import { allLayers, listedLayers, withLayers } from "../../scripts/layer_list.ts";

const readme = new URL("../../README.md", import.meta.url);

Deno.test("README.md lists the layers of the table (or: deno run -A scripts/layer_list.ts)", () => {
  const listed = listedLayers(Deno.readTextFileSync(readme));
  assert.deepEqual(listed.toSorted(), allLayers().sort());
});

Deno.test("withLayers() lists all layers, and keeps the text around the list", () => {
  const text = withLayers("# A\n<!-- layers -->\n`Old`, Older\n<!-- /layers -->\nB\n");
  assert.match(text, /^# A\n<!-- layers -->\n\n- \*\*Caffe\*\*: AbsVal, /);
  assert.match(text, /\n\n<!-- \/layers -->\nB\n$/);
  assert.equal(listedLayers(text).length, allLayers().length);
  const list = "<!-- layers -->\n\n- **X**: A,\n  B\n- **Y**: C\n\n<!-- /layers -->";
  assert.deepEqual(listedLayers(list), ["X: A", "X: B", "Y: C"]);
  assert.throws(() => listedLayers("# A"), /Cannot find <!-- layers -->/);
});
