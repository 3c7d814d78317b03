/**
 * Layers that published networks brought, as `network_answers.py` works them out from the forks'
 * sources, in every way there is to compute them.
 */
import type { Tensor } from "../../runtime/tensor.ts";
import { testEverywhere } from "./everywhere.ts";
import answers from "./network_answers.json" with { type: "json" };

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

for (const { name, text, inputs, outputs, blobs } of answers) {
  testEverywhere(name, {
    text,
    inputs: inputs.map(tensor),
    outputs: outputs.map(tensor),
    blobs: Object.fromEntries(
      Object.entries<Numbers>(blobs).map(([where, blob]) => [where, tensor(blob)]),
    ),
  });
}

function tensor({ shape, data }: Numbers): Tensor {
  return { shape, data: Float32Array.from(data) };
}
