/**
 * Demonstrates kaffe with the digits example: converts a Caffe model, and runs it.
 *
 * ```sh
 * deno task demo
 * ```
 *
 * @module
 */
import { decodeImage } from "../cli/images.ts";
import { layerTable } from "../cli/layer_table.ts";
import { print } from "../cli/print.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";
import { right, showTable } from "../cli/table.ts";
import { freshDrawings, size } from "../examples/digits/draw.ts";
import { greyScale } from "../examples/digits/input.ts";
import { showBytes, showPercent } from "../lib/numbers.ts";
import { convert, type Model, writeBundle, writeSource } from "../mod.ts";
import { type Image, largest, Network, preprocess, type Ranked } from "../runtime/mod.ts";
import { countCorrect } from "./digits/answers.ts";

const root = new URL("../", import.meta.url);
const example = new URL("examples/digits/", root);
const built = new URL("build/digits/", root);

/** A picture of the example, and its digit. */
interface Sample {
  readonly file: string;
  readonly digit: number;
  /** The peculiarity of the drawing. */
  readonly special: string;
  readonly image: Image;
}

/** The best class for a picture, and the time of the run. */
interface Answer extends Ranked {
  readonly ms: number;
}

print("A Caffe network that recognizes handwritten digits, converted and run.\n");

const model = convertExample();
print(layerTable(model.summary));
const bundle = await new Blob([...writeBundle(model)]).bytes();
const source = writeSource(model, { className: "Digits", runtime: "../../runtime/mod.ts" });
await Deno.mkdir(built, { recursive: true });
await Deno.writeFile(new URL("model.npz", built), bundle);
await Deno.writeTextFile(new URL("digits.ts", built), source);
print(`
Wrote build/digits/model.npz (${showBytes(bundle.length)}): weights, graph, preprocessing, labels.
Wrote build/digits/digits.ts (${showBytes(source.length)}): the network as a class.
`);

quietGraphics();
const network = await Network.load(bundle, { onNotice: (notice) => print(`${notice}.\n`) });
const samples = await readSamples();
await answer(network, samples[0]!);
print(`The drawings of examples/digits/samples/, run by ${network.device}:\n`);
const answers: Answer[] = [];
for (const sample of samples) answers.push(await answer(network, sample));
print(tableOf(samples, answers));
let wrong = samples.filter(({ digit }, i) => answers[i]!.index !== digit).length;

const { Digits }: { Digits: typeof Network } = await import(new URL("digits.ts", built).href);
const written = await Digits.load(bundle, { onNotice: () => {} });
let differing = 0;
for (const [i, sample] of samples.entries()) {
  const { index, value } = await answer(written, sample);
  if (index !== answers[i]!.index || value !== answers[i]!.value) differing++;
}
wrong += differing;
print(
  differing === 0
    ? "\nThe class in build/digits/digits.ts gives bit-identical results."
    : `\nThe class in build/digits/digits.ts gives ${differing} DIFFERENT RESULTS.`,
);

const drawings = freshDrawings(200, 78), batch = 100;
const start = performance.now();
const correct = await countCorrect(network, drawings, batch);
const seconds = (performance.now() - start) / 1000;
const accuracy = correct / drawings.length;
print(
  `Of ${drawings.length} new drawings, in batches of ${batch}, ${correct} are classified correctly ` +
    `(${showPercent(accuracy)}), in ${seconds.toFixed(2)} s.`,
);
if (accuracy < 0.95) wrong++;
for (const loaded of [network, written]) loaded.destroy();

print(
  wrong > 0 ? "\nSomething is WRONG: please report it, with all of the above." : `
What to try next:
  deno task kaffe classify build/digits/model.npz examples/digits/samples/*.png
  deno task kaffe inspect examples/digits/digits.caffemodel
  deno task kaffe convert deploy.prototxt --caffemodel net.caffemodel \\
    --data-output-path model.npz --code-output-path model.ts     # your own model
Without Deno installed, use "npx -y deno@2.9.6" instead of "deno".`,
);
Deno.exit(wrong > 0 ? 1 : 0);

function convertExample(): Model {
  const read = (name: string) => ({ bytes: Deno.readFileSync(new URL(name, example)), name });
  return convert(read("deploy.prototxt"), {
    caffemodel: read("digits.caffemodel"),
    labels: Deno.readTextFileSync(new URL("labels.txt", example)).trimEnd().split("\n"),
    preprocessing: { scale: greyScale },
    warn: (message) => print(`Warning: ${message}`),
  });
}

async function readSamples(): Promise<Sample[]> {
  const folder = new URL("samples/", example);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return await Promise.all(files.map(async (file) => ({
    file,
    digit: Number(file[0]),
    special: file.slice(2, -".png".length).replaceAll("_", " "),
    image: await decodeImage(await Deno.readFile(new URL(file, folder)), file),
  })));
}

async function answer(network: Network, { image }: Sample): Promise<Answer> {
  const start = performance.now();
  const data = preprocess(image, network.preprocessing!, [1, size, size]);
  const { prob } = await network.run({ data });
  const ms = performance.now() - start;
  return { ...largest(prob!.data, 1)[0]!, ms };
}

function tableOf(samples: readonly Sample[], answers: readonly Answer[]): string {
  const rows = samples.map(({ file, digit, special }, i) => {
    const { index, value, ms } = answers[i]!;
    return [
      file,
      `${digit}, ${special}`,
      network.labels![index]!,
      showPercent(value),
      index === digit ? "correct" : "WRONG",
      `${ms.toFixed(1)} ms`,
    ];
  });
  return showTable(
    ["file", "drawing", ...right("predicted", "probability"), "", ...right("time")],
    rows,
  );
}
