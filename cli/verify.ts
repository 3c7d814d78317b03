/**
 * `kaffe verify`: compares every blob with recorded answers.
 *
 * @module
 */
import { count, sameShape, showShape, type Tensor } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { largestDifference } from "./difference.ts";
import { type Answer, knownAs, readGolden } from "./golden.ts";
import { inputOption, readInputs, requireInputs } from "./inputs.ts";
import { deviceOption, openNetwork } from "./network_file.ts";
import { openNpz } from "./npz.ts";
import { readNumber } from "./option_values.ts";
import { print, printJson } from "./print.ts";
import { showTable } from "./table.ts";
import { UsageError } from "./usage_error.ts";

/** What came out for one answer. */
interface Row {
  readonly key: string;
  readonly shape: readonly number[] | null;
  /** The largest difference, as a part of the largest magnitude; `null` if there is none. */
  readonly difference: number | null;
  readonly state: string;
  readonly fails: boolean;
}

/** Compares a network with recorded answers. */
export const verify = defineCommand({
  name: "verify",
  about: "Compare every blob of a bundle with recorded answers.",
  files: { name: "BUNDLE", least: 1, most: 1 },
  options: {
    golden: { value: "golden.npz", about: "The answers, and what was fed for them." },
    tolerance: {
      value: "1e-4",
      about: "How far a blob may be off, relative to its largest value.",
    },
    all: { about: "Fail for blobs that the bundle does not have, too." },
    ...inputOption,
    json: { about: "Print JSON." },
    ...deviceOption,
  },
  async run({ files: [file], values }) {
    const { golden: goldenFile, all, json } = values;
    if (goldenFile === undefined) throw new UsageError("--golden is missing: --golden golden.npz");
    const tolerance = readNumber(values.tolerance ?? "1e-4", "--tolerance");
    using opened = await openNetwork(file!, values.device, values.layers);
    const { network } = opened;
    const inputNames = network.inputs.map(({ name }) => name);
    const { inputs: fed, answers } = await readGolden(await openNpz(goldenFile), inputNames);
    const given = [...fed].filter(([name]) => inputNames.includes(name));
    const inputs = new Map([...given, ...await readInputs(values.input, network)]);
    requireInputs(network, inputs);

    const known = answers.map((answer) => knownAs(answer, answers, network.names));
    const outputs = [...new Set(known.flatMap((how) => "name" in how ? [how.name] : []))];
    const results = outputs.length === 0
      ? {}
      : await network.run(Object.fromEntries(inputs), { outputs });
    const rows = answers.map((answer, i): Row => {
      const how = known[i]!;
      if (!("name" in how)) return rowWithout(answer, how.state, all);
      const row = compare(answer, results[how.name]!, tolerance);
      return row.fails && "mayBeFolded" in how ? rowWithout(answer, "folded", all) : row;
    });
    if (json) printJson(rows);
    else report(rows);
    if (outputs.length > 0) return rows.some(({ fails }) => fails) ? 1 : 0;
    throw new TypeError(`Cannot verify ${file}: ${goldenFile} has none of its blobs`);
  },
});

/** The row of an answer that the network cannot give. */
function rowWithout({ key, tensor, index }: Answer, state: string, fails: boolean): Row {
  const shape = index === undefined ? tensor.shape : null;
  return { key, shape, difference: null, state, fails };
}

function compare({ key, tensor, index }: Answer, actual: Tensor, tolerance: number): Row {
  const fits = index === undefined
    ? sameShape(tensor.shape, actual.shape)
    : index.length === tensor.data.length && index.every((at) => at < count(actual.shape));
  if (!fits) {
    const expected = index === undefined ? `is not ${showShape(tensor.shape)}` : "is too small";
    return { key, shape: actual.shape, difference: null, state: expected, fails: true };
  }
  const values = index === undefined ? actual.data : index.map((at) => actual.data[at]!);
  const difference = largestDifference(values, tensor.data);
  const ok = difference <= tolerance;
  return { key, shape: actual.shape, difference, state: ok ? "ok" : "differs", fails: !ok };
}

function report(rows: readonly Row[]): void {
  print(showTable(
    [
      { heading: "blob" },
      { heading: "shape" },
      { heading: "largest difference", align: "right" },
      { heading: "" },
    ],
    rows.map(({ key, shape, difference, state }) => [
      key.replace(/^blob:/, ""),
      shape === null ? "" : showShape(shape),
      difference === null ? "" : difference === 0 ? "0" : difference.toExponential(1),
      state,
    ]),
  ));
  const compared = rows.filter(({ difference }) => difference !== null);
  const worst = compared.reduce((max, { difference }) => Math.max(max, difference!), 0);
  const failed = rows.filter(({ fails }) => fails).length;
  print(
    `\n${compared.length} of ${rows.length} compared, ${failed} failed; ` +
      `the largest difference is ${worst === 0 ? "0" : worst.toExponential(1)}`,
  );
}
