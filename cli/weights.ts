/**
 * `kaffe weights`: the learned blobs of a model, and how far those of another are from them.
 *
 * @module
 */
import { readWeights } from "../lib/caffe/learned_blobs.ts";
import { npyParts } from "../lib/emit/npy.ts";
import { writeNpz } from "../lib/emit/npz.ts";
import { showBytes, showCount } from "../lib/numbers.ts";
import { histogramOf } from "../lib/view/histogram.ts";
import { readBundle } from "../runtime/bundle.ts";
import { sameShape, showShape, type Tensor } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { largestDifference } from "./difference.ts";
import { readFile } from "./files.ts";
import { importLayers, layersOption } from "./layers_module.ts";
import { naming } from "./network_file.ts";
import { print, printJson } from "./print.ts";
import { showTable } from "./table.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

type Blobs = ReadonlyMap<string, Tensor>;

/** What is known of a blob, and of the one of its name in another model. */
interface Row {
  readonly blob: string;
  readonly shape: readonly number[];
  readonly least: number;
  readonly largest: number;
  readonly mean: number;
  readonly deviation: number;
  /** How many numbers are infinite or none at all. */
  readonly strange: number;
  /** The largest difference, as a part of the other's largest magnitude; or why there is none. */
  readonly difference?: number | string;
}

/** Tells what the weights of a model are. */
export const weights = defineCommand({
  files: { name: "MODEL [OTHER]", least: 1, most: 2 },
  options: {
    output: {
      value: "weights.npz",
      short: "o",
      path: "written",
      about: "Write them here, as LAYER:INDEX.npy.",
    },
    ...layersOption,
    json: { about: "Print JSON." },
  },
  examples: [
    "weights net.caffemodel",
    "weights net.caffemodel finetuned.caffemodel     (which layers have learned?)",
    "weights net.caffemodel -o weights.npz           (to change them; upgrade --inject puts them back)",
  ],
  async run({ files: [file, second], values: { output, layers, json } }) {
    if (output !== undefined && second !== undefined) {
      throw new UsageError("--output is for one model");
    }
    const blobs = await readBlobs(file!, layers);
    const others = second === undefined ? undefined : await readBlobs(second, layers);
    const rows = [...blobs].map(([blob, tensor]) => rowOf(blob, tensor, others));
    const missing = [...others?.keys() ?? []].filter((blob) => !blobs.has(blob));
    let size = 0;
    if (output !== undefined) {
      const members = blobs.entries().map(([name, tensor]) => {
        return { name: `${name}.npy`, parts: npyParts(tensor) };
      });
      [size] = await writeFiles([{ path: output, chunks: writeNpz([...members]) }]) as [number];
    }
    if (json) printJson(rows);
    else {
      print(tableOf(rows, others !== undefined));
      for (const blob of missing) print(`only in ${second}: ${blob}`);
      if (output !== undefined) print(`\nWrote ${output} (${showBytes(size)})`);
    }
    return 0;
  },
});

/** The blobs of a model by `layer:index`, and by their own names in a bundle. */
async function readBlobs(file: string, layers: string | undefined): Promise<Blobs> {
  const bytes = await readFile(file);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    const byLayer = [...readWeights(bytes, file)];
    if (byLayer.length === 0) {
      throw new TypeError(`Cannot show the weights of ${file}: it has none; give the caffemodel`);
    }
    return new Map(
      byLayer.flatMap(([layer, blobs]) => blobs.map((blob, i) => [`${layer}:${i}`, blob] as const)),
    );
  }
  const { ops } = await importLayers(layers);
  const { graph } = await naming(file, bytes, () => readBundle(bytes, undefined, ops));
  return new Map([...graph.constants].map(([{ name, shape }, data]) => [name, { shape, data }]));
}

function rowOf(blob: string, { shape, data }: Tensor, others: Blobs | undefined): Row {
  const { low: least, high: largest, mean, deviation, strange } = histogramOf(data, 1);
  const other = others?.get(blob);
  return {
    blob,
    shape,
    ...{ least, largest, mean, deviation, strange },
    ...others && {
      difference: other === undefined
        ? "missing"
        : sameShape(other.shape, shape)
        ? largestDifference(data, other.data)
        : `${showShape(other.shape)} there`,
    },
  };
}

function tableOf(rows: readonly Row[], isCompared: boolean): string {
  const right = (heading: string) => ({ heading, align: "right" as const });
  const statistics = ["numbers", "least", "largest", "mean", "deviation"].map(right);
  const last = isCompared ? [right("largest difference")] : [];
  return showTable(
    [{ heading: "blob" }, { heading: "shape" }, ...statistics, ...last],
    rows.map(({ blob, shape, strange, difference, ...row }) => [
      blob,
      showShape(shape) + (strange === 0 ? "" : `, ${strange} not finite`),
      showCount(shape.reduce((a, b) => a * b, 1)),
      ...[row.least, row.largest, row.mean, row.deviation].map(show),
      ...(isCompared ? [typeof difference === "number" ? show(difference) : difference!] : []),
    ]),
  );
}

const show = (number: number) => number === 0 ? "0" : number.toPrecision(3);
