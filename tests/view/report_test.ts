/**
 * The data in a report's page.
 */
import assert from "node:assert/strict";
import { convert } from "../../mod.ts";
import { readReport, writeReport } from "../../lib/view/report.ts";
import { reportOn } from "../../lib/view/report_on.ts";

Deno.test("a written report is read with the same data, including pictures", async () => {
  const prototxt = `input: "data" input_shape { dim: 1 dim: 3 dim: 9 dim: 9 }
    layer { name: "<b>" type: "Convolution" bottom: "data" top: "<b>" convolution_param {
      num_output: 2 kernel_size: 3 weight_filler { type: "gaussian" std: 1 } } }`;
  const network = { bytes: new TextEncoder().encode(prototxt), name: "deploy.prototxt" };
  const report = reportOn(convert(network), null);
  const page = await writeReport(report, { script: "", style: "" });
  const [, json] = /id="report">([^<]*)<\/script>/.exec(page)!;
  const read = readReport(json!);
  assert.ok(read.inspections[1]!.filters!.data instanceof Uint8ClampedArray);
  assert.deepEqual(read, report);
});
