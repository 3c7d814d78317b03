/**
 * Benchmarks this runtime against others, alternately in one process.
 *
 * ```sh
 * deno task bench                                   # everything: an hour on a software GPU
 * deno task bench --only networks --networks "ResNet-50" --peers tfjs-webgpu,ort-node
 * deno task bench --only kernels,ceiling --json figures.json
 * deno task bench --only host                       # the time until the commands are submitted
 * deno task bench --only cpu                        # kernels' shares of a core's peak; needs no GPU
 * deno task bench --only networks --peers kaffe-cpu1,tfjs-wasm,ort-wasm1,ort-node1
 * deno task bench --only networks --peers kaffe,kaffe-tuned   # with autotuned kernels
 * deno task bench --only every-kernel --networks "ResNet-50" --json figures.json
 * deno task bench --only loading,converting --prototxt vgg16.prototxt --caffemodel vgg16.caffemodel
 * ```
 *
 * Loading and converting need a model; `--opencv` and `--pytorch` name a Python with these packages,
 * which run in processes of their own.
 *
 * The other libraries are downloaded on demand, and are no part of the project. Networks are read
 * from `../shared/goldens/nets`, or from the folder that `--nets` names.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { defineCommand } from "../cli/command.ts";
import { reportError } from "../cli/errors.ts";
import { readInteger, readNumber } from "../cli/option_values.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";
import { UsageError } from "../cli/usage_error.ts";
import { describeDevice, openDevice } from "../runtime/gpu/device.ts";
import { measureCeiling } from "./ceiling.ts";
import type { Contender } from "./contenders/contender.ts";
import { kaffeCpu, kaffeGpu } from "./contenders/kaffe.ts";
import { onnxRuntimeNode, onnxRuntimeWasm, onnxRuntimeWebGpu } from "./contenders/onnx_runtime.ts";
import { tfjs } from "./contenders/tfjs.ts";
import { measurePeak, shareOfPeak } from "./cpu_kernels.ts";
import { measureConverting, measureLoading } from "./files.ts";
import { timeKernels } from "./every_kernel.ts";
import { timeHost } from "./host.ts";
import type { Effort } from "./measure.ts";
import { layer, layerNames, network, networkNames, type Race } from "./networks.ts";
import { raceOpenCv, racePyTorch } from "./python.ts";
import { type Result, type Row, runRace } from "./race.ts";
import { SavedFigures } from "./saved_figures.ts";
import { showResult } from "./show.ts";

/** All contenders, by their names in `--peers`. */
const contenders: Readonly<Record<string, () => Contender>> = {
  "kaffe": () => kaffeGpu("kaffe", "default"),
  "kaffe-tuned": () => kaffeGpu("kaffe, autotuned", "autotuned"),
  "kaffe-cpu": () => kaffeCpu("kaffe, CPU"),
  "kaffe-cpu1": () => kaffeCpu("kaffe, CPU, 1 thread", 1),
  "tfjs-webgpu": () => tfjs("webgpu"),
  "ort-webgpu": () => onnxRuntimeWebGpu,
  "tfjs-wasm": () => tfjs("wasm"),
  "ort-wasm": () => onnxRuntimeWasm(navigator.hardwareConcurrency),
  "ort-wasm1": () => onnxRuntimeWasm(1),
  "ort-node1": () => onnxRuntimeNode(1),
  "ort-node": () => onnxRuntimeNode(navigator.hardwareConcurrency),
};

const names = Object.keys(contenders);

/** The section that takes minutes, and runs only where it is named. */
const everyKernel = "every-kernel";

/** What sections measure, and how. */
interface Given {
  readonly figures: SavedFigures;
  readonly networks: readonly string[];
  /** Each network with each batch size. */
  readonly named: readonly { readonly name: string; readonly batch: number }[];
  /** The folder of the networks' prototxt files. */
  readonly folder: URL;
  readonly peers: readonly Contender[];
  readonly effort: Effort;
  /** The prototxt and the caffemodel to convert and to load. */
  readonly model: readonly [prototxt: string, caffemodel: string] | undefined;
  /** Pythons with these packages. */
  readonly opencv: string | undefined;
  readonly pytorch: string | undefined;
}

/** The sections that `--only` names, in the order in which they are measured. */
const sections: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  async ceiling({ figures }) {
    figures.ceiling = await measureCeiling();
    const { gflops, gigabytes } = figures.ceiling;
    console.log(`at most ${gflops.toFixed(1)} GFLOP/s, ${gigabytes.toFixed(1)} GB/s\n`);
  },

  async cpu({ networks, folder }) {
    const peak = measurePeak();
    console.log(`a thread of the CPU: at most ${peak.toFixed(1)} GFLOP/s\n`);
    for (const name of networks) console.log(await shareOfPeak(network(name, 1, folder), peak));
  },

  async host({ figures, named, folder }) {
    for (const { name, batch } of named) {
      const times = await timeHost(network(name, batch, folder));
      figures.others[`host, ${name}, batch ${batch}`] = times;
      console.log(`milliseconds of the host, ${name}, batch ${batch}:`, times);
    }
  },

  async networks({ named, folder, opencv, pytorch, ...given }) {
    const pythons = [
      { python: opencv, raceIn: raceOpenCv },
      { python: pytorch, raceIn: racePyTorch },
    ];
    for (const { name, batch } of named) {
      await raceAndSave(given, network(name, batch, folder), batch, pythons);
    }
  },

  async kernels(given) {
    for (const name of layerNames) await raceAndSave(given, layer(name, 1), 1);
  },

  async [everyKernel]({ figures, named, folder, effort }) {
    for (const { name, batch } of named) {
      await timeKernels(network(name, batch, folder), 10 * effort.seconds, async (times) => {
        figures.others[`kernels of ${name}, batch ${batch}`] = times;
        await figures.save();
      });
      console.log(`each kernel of ${name}, batch ${batch}, is measured`);
    }
  },

  async converting({ figures, model, opencv }) {
    if (model === undefined) return;
    figures.others.converting = await measureConverting(...model, opencv);
    console.log("converting", figures.others.converting);
  },

  async loading({ figures, model }) {
    if (model === undefined) return;
    figures.others.loading = await measureLoading(...model);
    console.log("loading", figures.others.loading);
  },
};

/** The sections that run unless `--only` names others. */
const usual = Object.keys(sections).filter((name) => name !== everyKernel);

/** The peers that race unless `--peers` names others: autotuning takes minutes for large networks. */
const usualPeers = names.filter((name) => name !== "kaffe-tuned");

const command = defineCommand({
  files: { name: "", least: 0, most: 0 },
  options: {
    only: { value: "SECTIONS", about: `Some of ${Object.keys(sections).join(", ")}.` },
    networks: { value: "NAMES", about: `Some of ${networkNames.join(", ")}.` },
    nets: { value: "FOLDER", about: "Their prototxt files; ../shared/goldens/nets by default." },
    peers: { value: "PEERS", about: `Some of ${names.join(", ")}.` },
    batch: { value: "SIZES", about: "The batch sizes of networks (1)." },
    rounds: { value: "N", about: "The rounds of a race (7)." },
    seconds: { value: "N", about: "The most seconds for a contender in a race (10)." },
    prototxt: { value: "FILE", path: "read", about: "The network to convert and to load." },
    caffemodel: { value: "FILE", path: "read", about: "Its weights." },
    opencv: { value: "PYTHON", about: "A Python with OpenCV, to race in a process of its own." },
    pytorch: { value: "PYTHON", about: "A Python with PyTorch, likewise." },
    json: { value: "FILE", path: "written", about: "Writes all figures." },
  },
  examples: [
    'bench --only networks --networks "ResNet-50" --peers tfjs-webgpu,ort-node',
    "bench --only kernels,ceiling --json figures.json",
  ],
  async run({ values }) {
    const only = values.only?.split(",") ?? usual;
    const unknown = only.find((name) => !Object.hasOwn(sections, name));
    if (unknown !== undefined) {
      const all = Object.keys(sections).join(", ");
      throw new UsageError(`cannot measure "${unknown}": --only names some of ${all}`);
    }
    const networks = values.networks?.split(",") ?? networkNames;
    const named = (values.batch ?? "1").split(",").map((size) => readInteger(size, "--batch", 1))
      .flatMap((batch) => networks.map((name) => ({ name, batch })));
    const peers = peersNamed(values.peers?.split(",") ?? usualPeers);
    const machine = await describeMachine(), figures = new SavedFigures(machine, values.json);
    console.log(Object.values(machine).join(", "));
    const { prototxt, caffemodel, opencv, pytorch } = values;
    const given: Given = {
      figures,
      networks,
      named,
      opencv,
      pytorch,
      folder: pathToFileURL(`${values.nets ?? "../shared/goldens/nets"}/`),
      peers,
      effort: {
        rounds: readInteger(values.rounds ?? "7", "--rounds", 1),
        seconds: readNumber(values.seconds ?? "10", "--seconds"),
        // Deno takes up to 11 ms to notice the end of a run, which is a small part of this.
        atLeast: 500,
      },
      model: prototxt !== undefined && caffemodel !== undefined
        ? [prototxt, caffemodel]
        : undefined,
    };
    for (const [name, measure] of Object.entries(sections)) {
      if (!only.includes(name)) continue;
      await measure(given);
      await figures.save();
    }
    return 0;
  },
});

if (import.meta.main) {
  quietGraphics();
  const about = "Benchmarks this runtime against others, alternately in one process.";
  const title = { program: "deno task", name: "bench", about };
  // Some libraries keep the process alive.
  Deno.exit(
    await command.call(Deno.args, title).catch((error) => reportError(error, "deno task bench")),
  );
}

/** The contenders of some names. This runtime comes first: the others are compared with it. */
function peersNamed(named: readonly string[]): readonly Contender[] {
  const first = named[0]!.startsWith("kaffe") ? named[0]! : "kaffe";
  return [first, ...named.filter((name) => name !== first)].map((name) => {
    const contender = contenders[name];
    if (contender === undefined) {
      throw new Error(`Cannot run peer "${name}": the peers are ${names.join(", ")}`);
    }
    return contender();
  });
}

/** A race in a Python, if one is given. */
interface InPython {
  readonly python: string | undefined;
  readonly raceIn: (python: string, race: Race) => Promise<Row>;
}

/** Runs a race, and saves after each step. */
async function raceAndSave(
  { figures, peers, effort }: Pick<Given, "figures" | "peers" | "effort">,
  race: Race,
  batch: number,
  pythons: readonly InPython[] = [],
): Promise<void> {
  const { name, macs, bytes } = race;
  let result: Result = await runRace(race, batch, peers, effort).catch((error) => {
    return { name, batch, macs, bytes, rows: [{ name: "the race", failure: String(error) }] };
  });
  const index = figures.results.push(result) - 1;
  await figures.save();
  for (const { python, raceIn } of pythons) {
    if (python === undefined) continue;
    result = { ...result, rows: [...result.rows, await raceIn(python, race)] };
    figures.results[index] = result;
    await figures.save();
  }
  console.log(showResult(result, figures.ceiling));
}

async function describeMachine() {
  const device = await openDevice().catch(() => undefined);
  device?.destroy();
  return {
    adapter: device ? describeDevice(device) : "no GPU",
    cores: `${navigator.hardwareConcurrency} cores`,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: `Deno ${Deno.version.deno}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
