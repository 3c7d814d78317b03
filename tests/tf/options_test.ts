/**
 * The options with which a bundle is loaded for training.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { TfNetwork, type TfNetworkOptions } from "../../lib/tf/mod.ts";
import { inputText } from "../input_text.ts";
import { join } from "../join.ts";
import { layer } from "./learner.ts";

const product = "inner_product_param { num_output: 2 weight_filler { value: 1 } }";
const text = inputText("x", [1, 3]) + layer("ip", "InnerProduct", "x", product) +
  layer("drop", "Dropout", "ip") + layer("out", "InnerProduct", "drop", product);
const bundle = join(
  writeBundle(convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" })),
);

async function load(options: TfNetworkOptions): Promise<TfNetwork> {
  await tf.setBackend("cpu");
  return await TfNetwork.load(bundle, options);
}

Deno.test("the dropout of a bundle's node acts in training", async () => {
  const network = await load({ dropout: new Map([["ip", 0.25]]) });
  const x = tf.ones([400, 3]);
  const pass = (training: boolean) =>
    network.forward({ x }, { outputs: ["ip"], training }).ip!.data<"float32">();
  assert.deepEqual(new Set(await pass(false)), new Set([3]));
  const dropped = await pass(true);
  assert.deepEqual(new Set(dropped), new Set([0, 4]));
  const part = dropped.filter((value) => value === 0).length / dropped.length;
  assert.ok(Math.abs(part - 0.25) < 0.1, `${part} are dropped`);
  network.dispose();
});

const refusals: readonly (readonly [what: string, options: object, message: RegExp])[] = [
  [
    "an unknown option",
    { trainabel: [] },
    /there is no option "trainabel" \(did you mean "trainable"\?\)/,
  ],
  [
    "trainable layers that are no list",
    { trainable: "ip" },
    /trainable is "ip", but must be an array$/,
  ],
  [
    "dropout that is no map",
    { dropout: { ip: 0.5 } },
    /dropout is {"ip":0.5}, but must be a Map from the names of nodes to their rates$/,
  ],
  [
    "dropout of an unknown node",
    { dropout: new Map([["drop", 0.5]]) },
    /dropout has the name "drop", which no node has; the nodes are ip, out$/,
  ],
  [
    "dropout of everything",
    { dropout: new Map([["ip", 1]]) },
    /the dropout of "ip" is 1, but must be from 0 on and less than 1$/,
  ],
];
for (const [what, options, message] of refusals) {
  Deno.test(`a bundle to be trained is refused with ${what}`, async () => {
    await assert.rejects(load(options), { name: "TypeError", message });
  });
}
