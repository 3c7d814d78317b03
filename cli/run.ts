/**
 * `kaffe run`: runs a network on arrays or pictures, and writes its outputs as arrays.
 *
 * @module
 */
import { arrayName, MemberNames } from "../lib/emit/member_name.ts";
import { npyParts } from "../lib/emit/npy.ts";
import { writeNpz } from "../lib/emit/npz.ts";
import { showBytes } from "../lib/numbers.ts";
import { showShape } from "../runtime/tensor.ts";
import { batchSizeFrom, defaultBatch } from "./batch_size.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { inputOption, readInputs, requireInputs } from "./inputs.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { readNames } from "./option_values.ts";
import { PictureInput } from "./picture_input.ts";
import { print } from "./print.ts";
import { runPictures } from "./run_pictures.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Runs a network once. */
export const run = defineCommand({
  files: { name: "BUNDLE [PICTURE…]", least: 1, most: Infinity },
  options: {
    ...inputOption,
    output: {
      value: "out.npz",
      short: "o",
      path: "written",
      extensions: [".npz", ".npy"],
      about: "The file to write: a .npz with all outputs by name, or a .npy with only one.",
    },
    blobs: { value: "fc7,prob", repeats: true, about: "Write these blobs instead of the outputs." },
    all: { about: "Write all blobs of the bundle." },
    batch: { value: "N", about: `The batch size for pictures (${defaultBatch}).` },
    ...engineOptions,
  },
  examples: [
    "run model.npz --input data=cat.jpg -o out.npz",
    "run model.npz --input data=x.npy --blobs fc7,prob -o out.npz",
    "run model.npz *.jpg --blobs fc7 -o features.npy     (one row for each picture)",
  ],
  async run({ files: [file, ...pictures], values }) {
    const { input, output, blobs, all } = values;
    if (output === undefined) throw new UsageError("--output is missing: -o out.npz");
    if (all && blobs.length > 0) throw new UsageError("--all and --blobs cannot both be given");
    if (pictures.length > 0 && input.length > 0) {
      throw new UsageError(`--input and the picture ${pictures[0]} cannot both be given`);
    }
    const sizeOf = batchSizeFrom(values.batch);
    const feed = async (network: OpenedNetwork) => {
      if (pictures.length > 0) {
        const first = pictures.slice(0, sizeOf(network));
        return await new PictureInput(network, "take").read(first, () => {});
      }
      const inputs = await readInputs(input, network);
      requireInputs(network, inputs);
      return Object.fromEntries(inputs);
    };
    expectFiles(pictures);
    using network = await openWithEngine(file!, values, feed);
    const outputs = all ? network.names : namesFrom(blobs, network);
    const isNpy = output.toLowerCase().endsWith(".npy");
    if (isNpy && outputs.length > 1) {
      throw new UsageError(`${output} holds one array, not ${outputs.join(" and ")}: -o out.npz`);
    }
    const { results, failed } = pictures.length > 0
      ? await runPictures(network, pictures, sizeOf(network), outputs)
      : { results: await network.run(await feed(network), { outputs }), failed: 0 };
    const arrays = outputs.map((name) => npyParts(results[name]!));
    const names = new MemberNames();
    const chunks = isNpy ? arrays[0]! : writeNpz(outputs.map((name, i) => {
      return { name: names.take(arrayName(name)), parts: arrays[i]! };
    }));
    const [written] = await writeFiles([{ path: output, chunks }]);
    for (const name of outputs) print(`${name} ${showShape(results[name]!.shape)}`);
    print(`Wrote ${output} (${showBytes(written!)})`);
    return failed === 0 ? 0 : 1;
  },
});

/** The requested blobs, by default the outputs. A name may contain commas itself. */
function namesFrom(blobs: readonly string[], network: OpenedNetwork): readonly string[] {
  if (blobs.length === 0) return network.outputs;
  const names = blobs.flatMap((text) => network.names.includes(text) ? [text] : readNames(text));
  return [...new Set(names)];
}
