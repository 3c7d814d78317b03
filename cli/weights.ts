/**
 * `kaffe weights`: statistics of the learned blobs of a model, and their differences from another's.
 *
 * @module
 */
import { arrayName, MemberNames } from "../lib/emit/member_name.ts";
import { storedParts } from "../lib/emit/npy.ts";
import type { Rewrite } from "../lib/emit/npz.ts";
import { showBytes, showCount } from "../lib/numbers.ts";
import { statisticsOf } from "../lib/view/histogram.ts";
import { piecesOf } from "../proto/deferred.ts";
import { count, sameShape, showShape, type Tensor } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { largestOfPieces } from "./difference.ts";
import { layersOption } from "./layers_module.ts";
import { type Blobs, namedAlike, readBlobs } from "./model_blobs.ts";
import { print, printJson } from "./print.ts";
import { right, showTable } from "./table.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Statistics of a blob, and its difference from the blob of the same name in another model. */
interface Row {
  readonly blob: string;
  readonly shape: readonly number[];
  readonly least: number;
  readonly largest: number;
  readonly mean: number;
  readonly deviation: number;
  /** The count of numbers that are infinite or NaN. */
  readonly strange: number;
  /** The largest difference, relative to the other's largest magnitude; or why there is none. */
  readonly difference?: number | string;
}

/** Shows, compares or extracts the weights of a model. */
export const weights = defineCommand({
  files: { name: "MODEL [OTHER]", least: 1, most: 2 },
  options: {
    output: {
      value: "weights.npz",
      short: "o",
      path: "written",
      extensions: [".npz"],
      about: "Write the blobs to this file, as LAYER:INDEX.npy.",
    },
    ...layersOption,
    json: { about: "Print JSON." },
  },
  examples: [
    "weights net.caffemodel",
    "weights net.caffemodel finetuned.caffemodel     (which layers were trained?)",
    "weights net.caffemodel model.npz                (which weights were rounded or folded?)",
    "weights net.caffemodel -o weights.npz           (to edit them; upgrade --inject puts them back)",
  ],
  async run({ files: [file, second], values: { output, layers, json } }) {
    if (output !== undefined && second !== undefined) {
      throw new UsageError("--output is for one model");
    }
    using opened = new DisposableStack();
    const blobs = await readBlobs(file!, layers, opened);
    const others = second === undefined
      ? undefined
      : namedAlike(blobs, await readBlobs(second, layers, opened));
    const rows = [...blobs].map(([blob, tensor]) => rowOf(blob, tensor, others));
    const missing = [...others?.keys() ?? []].filter((blob) => !blobs.has(blob));
    if (missing.length === others?.size) {
      throw new TypeError(
        `Cannot compare ${file} with ${second}: they have no blob in common; the first has ` +
          `${[...blobs.keys()][0]}, the second ${missing[0]}`,
      );
    }
    const size = output === undefined ? undefined : await write(blobs, output);
    if (json) printJson(rows);
    else {
      print(tableOf(rows, second !== undefined));
      for (const blob of missing) print(`only in ${second}: ${blob}`);
      if (size !== undefined) print(`\nWrote ${output} (${showBytes(size)})`);
    }
    return 0;
  },
});

/** Writes blobs into a `.npz`, and returns its size in bytes. */
async function write(blobs: Blobs, path: string): Promise<number> {
  const { writeNpz } = await import("../lib/emit/npz.ts");
  const names = new MemberNames();
  const members = blobs.entries().map(([name, tensor]) => {
    return { name: names.take(arrayName(name)), parts: storedParts(tensor) };
  });
  const chunks = (rewrite?: Rewrite) => writeNpz(members, { rewrite });
  const [size] = await writeFiles([{ path, chunks }]);
  return size!;
}

function rowOf(blob: string, tensor: Tensor, others: Blobs | undefined): Row {
  const { low, high, mean, deviation, nonFinite } = statisticsOf(tensor.data);
  const row = {
    blob,
    shape: tensor.shape,
    least: low,
    largest: high,
    mean,
    deviation,
    strange: nonFinite,
  };
  return others === undefined
    ? row
    : { ...row, difference: differenceOf(tensor, others.get(blob)) };
}

/** The difference of a blob from the other model's; or why there is none. */
function differenceOf({ shape, data }: Tensor, other: Tensor | undefined): number | string {
  if (other === undefined) return "missing";
  if (!sameShape(other.shape, shape)) return `the other is ${showShape(other.shape)}`;
  return largestOfPieces(pairsOf(data, other.data));
}

/** Two lists of the same length, piece by piece. */
function* pairsOf(actual: Float32Array, expected: Float32Array) {
  const others = piecesOf(expected);
  for (const piece of piecesOf(actual)) yield [piece, others.next().value!] as const;
}

function tableOf(rows: readonly Row[], isCompared: boolean): string {
  const statistics = right("numbers", "least", "largest", "mean", "deviation");
  const last = isCompared ? right("largest difference") : [];
  return showTable(
    ["blob", "shape", ...statistics, ...last],
    rows.map(({ blob, shape, strange, difference, ...row }) => [
      blob,
      showShape(shape) + (strange === 0 ? "" : `, ${strange} not finite`),
      showCount(count(shape)),
      ...[row.least, row.largest, row.mean, row.deviation].map(show),
      ...(isCompared ? [typeof difference === "number" ? show(difference) : difference!] : []),
    ]),
  );
}

const show = (number: number) => number === 0 ? "0" : number.toPrecision(3);
