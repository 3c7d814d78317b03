import assert from "node:assert/strict";
import { suggest } from "../../proto/mod.ts";

const FIELDS = ["kernel_size", "kernel_h", "stride", "pad", "negative_slope", "num_output"];

Deno.test("suggest() finds the nearest name, unless it is too different", () => {
  assert.equal(suggest("kernal_size", FIELDS), ' (did you mean "kernel_size"?)');
  assert.equal(suggest("slope", FIELDS), ' (did you mean "negative_slope"?)');
  assert.equal(suggest("Stride", FIELDS), ' (did you mean "stride"?)');
  assert.equal(suggest("numoutput", FIELDS), ' (did you mean "num_output"?)');
  assert.equal(suggest("srtide", FIELDS), ' (did you mean "stride"?)');
  assert.equal(suggest("foo_param", ["log_param", "lrn_param"]), "");
  assert.equal(
    suggest("poling_param", ["log_param", "pooling_param"]),
    ' (did you mean "pooling_param"?)',
  );
  assert.equal(suggest("dilation", FIELDS), "");
  assert.equal(suggest("kernal", ["keras", "step"]), "");
  assert.equal(suggest("x".repeat(1e6), FIELDS, "none"), "none");
  assert.equal(suggest("x".repeat(1e5), ["y".repeat(1e5)], "none"), "none");
});
