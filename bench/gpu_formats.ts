/**
 * The effect of float16 and int8 weights and float16 activations on the GPU: memory, time per run,
 * and the difference of the result from float32.
 *
 * ```sh
 * deno run -A bench/gpu_formats.ts [NETWORK …]
 * ```
 *
 * @module
 */
import { largestDifference } from "../cli/difference.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";
import { writeBundle } from "../lib/emit/bundle.ts";
import { showBytes } from "../lib/numbers.ts";
import { openDevice } from "../runtime/gpu/device.ts";
import type { LoadOptions } from "../runtime/load_options.ts";
import { Network } from "../runtime/network.ts";
import { measure, type Subject } from "./measure.ts";
import { network as networkNamed } from "./networks.ts";

/** What is reduced, the type of weights in the bundle, and the options of loading. */
const formats = [
  { format: "weights float16", weights: "float16", options: { gpuWeights: "float16" } },
  { format: "weights int8", weights: "int8", options: { gpuWeights: "int8" } },
  { format: "activations float16", weights: "float32", options: { gpuActivations: "float16" } },
] as const;

const effort = { rounds: 7, seconds: 12, atLeast: 100 };

if (import.meta.main) {
  quietGraphics();
  const given = Deno.args.length > 0 ? Deno.args : ["SqueezeNet 1.0", "ResNet-50", "VGG 16"];
  for (const name of given) {
    for (const format of formats) await compare(name, format);
  }
  Deno.exit(0);
}

/** Runs a bundle in float32 and in reduced precision, alternately. */
async function compare(
  name: string,
  { format, weights, options }: typeof formats[number],
): Promise<void> {
  const race = networkNamed(name, 1, new URL("../../shared/goldens/nets/", import.meta.url));
  const bundle = new Blob([...writeBundle({ graph: race.graph }, { weights })]);
  const inputs = { [race.graph.inputs[0]!.name]: race.input };
  const [expanded, kept] = [await open(bundle, {}), await open(bundle, options)];
  // The input of the last softmax: probabilities of noise are nearly 0 and 1.
  const { name: scores } = race.graph.nodes.at(-1)!.inputs[0]!;
  const run = ({ network }: typeof kept) => network.run(inputs, { outputs: [scores] });
  const [expected, actual] = [await run(expanded), await run(kept)];
  const subject = (name: string, opened: typeof kept): Subject => ({
    name,
    async run(times) {
      for (let i = 0; i < times; i++) await run(opened);
    },
  });
  const times = await measure([subject("expanded", expanded), subject("kept", kept)], effort);
  const off = largestDifference(actual[scores]!.data, expected[scores]!.data);
  const before = times.get("expanded")!, after = times.get("kept")!;
  console.log(
    `${name}, ${format}: ${showBytes(expanded.bytes())} to ${showBytes(kept.bytes())}, ` +
      `run ${before.wall.toFixed(1)} to ${after.wall.toFixed(1)} ms, ` +
      `CPU ${before.cpu!.toFixed(1)} to ${after.cpu!.toFixed(1)} ms, ` +
      `off by ${off.toExponential(1)}`,
  );
  for (const { network } of [expanded, kept]) network.destroy();
}

/** A network on its own device, and the number of bytes allocated there. */
async function open(bundle: Blob, options: LoadOptions) {
  const device = await openDevice();
  let bytes = 0;
  const { createBuffer, createTexture } = device;
  device.createBuffer = (descriptor) => {
    bytes += descriptor.size;
    return createBuffer.call(device, descriptor);
  };
  const texelBytes = { rgba32float: 16, rgba16float: 8, rgba8snorm: 4 } as Record<string, number>;
  device.createTexture = (descriptor) => {
    const [width = 1, height = 1] = [...descriptor.size as Iterable<number>];
    bytes += width * height * texelBytes[descriptor.format]!;
    return createTexture.call(device, descriptor);
  };
  const network = await Network.load(bundle, { device, ...options });
  return { network, bytes: () => bytes };
}
