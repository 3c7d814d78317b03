import assert from "node:assert/strict";
import { layers } from "../../lib/layers/mod.ts";
import { listedLayers, withLayers } from "../../scripts/layer_list.ts";

const readme = new URL("../../README.md", import.meta.url);

Deno.test("README.md lists the layers of the table (or: deno run -A scripts/layer_list.ts)", () => {
  const listed = listedLayers(Deno.readTextFileSync(readme));
  assert.deepEqual(listed.toSorted(), [...layers.keys()].sort());
});

Deno.test("withLayers() lists all layers, and keeps what is around them", () => {
  const text = withLayers("# A\n<!-- layers -->\n`Old`, Older\n<!-- /layers -->\nB\n");
  assert.match(text, /^# A\n<!-- layers -->\n\nAbsVal, .*\n\n<!-- \/layers -->\nB\n$/);
  assert.equal(listedLayers(text).length, layers.size);
  assert.deepEqual(listedLayers("<!-- layers -->\n\n`A`,\nB\n\n<!-- /layers -->"), ["A", "B"]);
  assert.throws(() => listedLayers("# A"), /Cannot find <!-- layers -->/);
});
