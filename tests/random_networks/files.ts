/**
 * Writes random networks as files, for other programs that read Caffe's formats.
 *
 * @module
 */
import type { Tensor } from "../../runtime/tensor.ts";
import type { RandomNetwork } from "./network.ts";

/** Writes the prototxt, caffemodel, inputs and results, and the networks with refused layers. */
export function writeFiles(network: RandomNetwork, folder: string): void {
  const { seed, prototxt, caffemodel, inputs, answers, noise, refused } = network;
  const at = `${folder}/${seed}`;
  Deno.mkdirSync(at, { recursive: true });
  Deno.writeTextFileSync(`${at}/net.prototxt`, prototxt);
  if (caffemodel !== undefined) Deno.writeFileSync(`${at}/net.caffemodel`, caffemodel);
  Deno.writeTextFileSync(`${at}/inputs.txt`, [...inputs.keys()].join("\n"));
  [...inputs.values()].forEach(({ data }, i) =>
    Deno.writeFileSync(`${at}/in_${i}.bin`, bytes(data))
  );
  const index = [...answers].map(([name, { shape }]) => ({ name, shape, noise: noise.get(name) }));
  Deno.writeTextFileSync(`${at}/answers.json`, JSON.stringify(index));
  const all = [...answers.values()].flatMap(({ data }) => [...data]);
  Deno.writeFileSync(`${at}/answers.bin`, bytes(Float32Array.from(all)));
  refused.forEach(({ prototxt, reason }, i) => {
    Deno.mkdirSync(`${at}/refused${i}`, { recursive: true });
    Deno.writeTextFileSync(`${at}/refused${i}/net.prototxt`, prototxt);
    Deno.writeTextFileSync(`${at}/refused${i}/reason.txt`, reason);
    Deno.writeTextFileSync(`${at}/refused${i}/inputs.txt`, "");
  });
}

function bytes({ buffer, byteOffset, byteLength }: Tensor["data"]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
