/**
 * `kaffe verify`: compares every blob with recorded results, or with those of another engine.
 *
 * @module
 */
import { noise } from "../lib/noise.ts";
import type { Network } from "../runtime/network.ts";
import { count, sameShape, showShape, type Tensor } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { largestDifference } from "./difference.ts";
import { type Answer, knownAs, readGolden } from "./golden.ts";
import { inputOption, readInputs, requireInputs } from "./inputs.ts";
import { deviceOptions, openInTensorFlow, openNetwork } from "./network_file.ts";
import { openNpz } from "./npz.ts";
import { readChoice, readNumber } from "./option_values.ts";
import { print, printJson } from "./print.ts";
import { right, showTable } from "./table.ts";
import { backendOption } from "./tensorflow.ts";
import { UsageError } from "./usage_error.ts";

/** The result of one comparison. */
interface Row {
  readonly key: string;
  readonly shape: readonly number[] | null;
  /** The largest difference, relative to the largest magnitude; `null` if not compared. */
  readonly difference: number | null;
  readonly state: string;
  readonly fails: boolean;
}

/** Compares the blobs of a network with expected ones. */
export const verify = defineCommand({
  files: { name: "BUNDLE", least: 1, most: 1 },
  options: {
    golden: { value: "golden.npz", path: "read", about: "The recorded blobs and their inputs." },
    against: { value: "tfjs", about: "Compare with TensorFlow.js, on the same inputs (noise)." },
    ...backendOption,
    tolerance: {
      value: "1e-4",
      about: "The largest accepted difference, relative to a blob's largest magnitude.",
    },
    all: { about: "Fail also for blobs that the bundle does not have." },
    ...inputOption,
    json: { about: "Print JSON." },
    ...deviceOptions,
  },
  examples: ["verify model.npz --golden golden.npz", "verify model.npz --against tfjs"],
  async run({ files: [file], values }) {
    const { golden, against, all, json } = values;
    if ((golden === undefined) === (against === undefined)) {
      const what = golden === undefined ? "is missing" : "and --against cannot both be given";
      throw new UsageError(`--golden ${what}: --golden golden.npz, or --against tfjs`);
    }
    if (against !== undefined) readChoice(against, "--against", ["tfjs"]);
    else if (values.backend !== undefined) throw new UsageError("--backend is for --against tfjs");
    const tolerance = readNumber(values.tolerance ?? "1e-4", "--tolerance");
    if (tolerance < 0) throw new UsageError("--tolerance needs a number of at least 0");
    using network = await openNetwork(file!, values);
    const given = await readInputs(values.input, network);
    const { inputs, answers } = golden === undefined
      ? await answersOfTensorFlow(file!, given, values)
      : await recordedAnswers(golden, given, network);

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
    if (outputs.length === 0) {
      throw new TypeError(`Cannot verify ${file}: ${golden ?? against} has none of its blobs`);
    }
    return rows.some(({ fails }) => fails) ? 1 : 0;
  },
});

/** The inputs, and the results of another program or engine. */
interface Expectation {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly answers: readonly Answer[];
}

/** The results recorded in a file, and its inputs, which `--input` overrides. */
async function recordedAnswers(
  golden: string,
  given: ReadonlyMap<string, Tensor>,
  network: Network,
): Promise<Expectation> {
  const names = network.inputs.map(({ name }) => name);
  const { inputs: fed, answers } = await readGolden(await openNpz(golden), names);
  const inputs = new Map([...[...fed].filter(([name]) => names.includes(name)), ...given]);
  requireInputs(network, inputs);
  return { inputs, answers };
}

/** All blobs as computed by TensorFlow.js. */
async function answersOfTensorFlow(
  file: string,
  given: ReadonlyMap<string, Tensor>,
  { backend, layers }: {
    readonly backend: string | undefined;
    readonly layers: string | undefined;
  },
): Promise<Expectation> {
  using network = await openInTensorFlow(file, backend, layers);
  const inputs = new Map(
    network.inputs.map(({ name, shape }) => [name, given.get(name) ?? noise(shape, 128)]),
  );
  const results = await network.run(Object.fromEntries(inputs), { outputs: network.names });
  const answers = Object.entries(results).map(([blob, tensor]) => {
    return { key: blob, layer: undefined, blob, tensor, index: undefined };
  });
  return { inputs, answers };
}

/** The row of a recorded blob that the network does not compute. */
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
    ["blob", "shape", ...right("largest difference"), ""],
    rows.map(({ key, shape, difference, state }) => [
      key.replace(/^blob:/, ""),
      shape === null ? "" : showShape(shape),
      difference === null ? "" : showDifference(difference),
      state,
    ]),
  ));
  const compared = rows.filter(({ difference }) => difference !== null);
  const worst = compared.reduce((max, { difference }) => Math.max(max, difference!), 0);
  const failed = rows.filter(({ fails }) => fails).length;
  print(
    `\n${compared.length} of ${rows.length} compared, ${failed} failed; ` +
      `the largest difference is ${showDifference(worst)}`,
  );
}

function showDifference(difference: number): string {
  return difference === 0 ? "0" : difference.toExponential(1);
}
