/**
 * Every recorded layer case of Caffe's forks: in plain loops, after the transforms, and on the
 * GPU; and the networks that the forks refuse.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { convert } from "../../lib/convert.ts";
import { layers } from "../../lib/layers/mod.ts";
import { exists } from "../golden.ts";
import { readCases, testCase } from "../layer_cases.ts";
import { shared } from "../shared.ts";
import { forks, withFed } from "./fork_recordings.ts";

const rejects = new URL("goldens/fork_rejects/", shared);

/** The types of the layers of a network: some forks report others than their files say. */
function typesOf(at: URL): readonly string[] {
  const file = "net.prototxt";
  const net = readNet(Deno.readFileSync(new URL(file, at)), { file });
  return net.layers.map(({ type }) => type);
}

Deno.test({ name: "there are recordings of forks", ignore: !exists(forks), fn() {} });

for (const [name, meta] of exists(forks) ? readCases(forks) : []) {
  const at = new URL(`${name}/`, forks);
  testCase(name, at, meta, typesOf(at), (graph) => withFed(name, graph));
}

/** What the message says of each network that a fork refuses. */
const messages: Readonly<Record<string, RegExp>> = {
  axpy_scale_spatial: /^Cannot convert layer "a" \(Axpy\): its bottoms are \[2, 5, 3, 4\]/,
  axpy_shape: /^Cannot convert layer "a" \(Axpy\): its bottoms are \[2, 4, 1, 1\]/,
  interp_empty: /^Cannot convert layer "i" \(Interp\): it needs a zoom_factor/,
  interp_height_only: /^Cannot convert layer "i" \(Interp\): .*both height and width/,
  interp_pos_pad: /^Cannot convert layer "i" \(Interp\): its pad_beg is 1 and its pad_end 0/,
  permute_duplicate: /^Cannot convert layer "p" \(Permute\): its order is \[0, 2, 2, 1\]/,
  permute_range: /^Cannot convert layer "p" \(Permute\): its order is \[0, 4\]/,
  priorbox_max_count: /^Cannot convert layer "pb" \(PriorBox\): it has 1 max_size for 2 min_size/,
  priorbox_max_lt_min: /^Cannot convert layer "pb" \(PriorBox\): its max_size 20 must be greater/,
  priorbox_step_h_only: /^Cannot convert layer "pb" \(PriorBox\): .*step_h and step_w/,
  priorbox_variance2: /^Cannot convert layer "pb" \(PriorBox\): it has 2 variance/,
  reverse_axis_neg: /^Cannot convert layer "r" \(Reverse\): its axis is -2/,
  shuffle_group: /^Cannot convert layer "s" \(ShuffleChannel\): .*\[1, 6, 2, 2\].* into 4 groups/,
  transpose_partial: /^Cannot convert layer "t" \(Transpose\): its order is \[1, 0\]/,
};

/** Networks that are refused because of what they are fed, which only a run would tell. */
const accepted = ["roipool_batch_index"];

for (const { name } of exists(rejects) ? Deno.readDirSync(rejects) : []) {
  const at = new URL(`${name}/`, rejects);
  if (accepted.includes(name)) continue;
  const missing = typesOf(at).filter((type) => !layers.has(type));
  const reason = missing.length > 0 ? ` (no ${missing.join(", ")} yet)` : "";
  Deno.test({
    name: `${name} is refused${reason}`,
    ignore: reason !== "",
    fn() {
      assert(messages[name] !== undefined, "it is not in the list");
      const bytes = Deno.readFileSync(new URL("net.prototxt", at));
      const run = () => convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
      assert.throws(run, { name: "TypeError", message: messages[name] });
    },
  });
}
