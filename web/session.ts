/**
 * The worker's state of one model, and its calls.
 *
 * @module
 */
import { regionDetectionOf } from "../lib/answers/regions.ts";
import { taskOf } from "../lib/answers/task.ts";
import type { Task } from "../lib/answers/task_kinds.ts";
import { type Model, titleOf } from "../lib/model.ts";
import { totalsOf } from "../lib/summary.ts";
import { diagramOf } from "../lib/view/diagram.ts";
import { statisticsOf } from "../lib/view/histogram.ts";
import { inspect, type Inspection } from "../lib/view/inspection.ts";
import { channelTiles } from "../lib/view/tiles.ts";
import { givenInputs, type Node } from "../runtime/graph.ts";
import type { Network } from "../runtime/network.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { codeFor } from "./code.ts";
import type {
  Activation,
  Answer,
  Calls,
  Device,
  Format,
  ModelFiles,
  Opened,
  PictureSettings,
  Progress,
  RunInput,
  SavedFile,
} from "./messages.ts";
import { openModel } from "./open_model.ts";

/** A loaded network, and its device. */
interface Loaded {
  readonly network: Network;
  readonly device: Device;
}

/** The calls, which may be asynchronous. */
type AsyncCalls = {
  [Name in keyof Calls]: (
    ...parameters: Parameters<Calls[Name]>
  ) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

/** Holds one model at a time. */
export class Session implements AsyncCalls {
  onProgress: (progress: Progress) => void = () => {};
  #model: Model | undefined;
  /** The files of the open model. */
  #files: ModelFiles = {};
  /** The settings that were changed since it was opened. */
  #changed: Partial<PictureSettings> = {};
  /** The task of the open model. */
  #task: Task = { kind: "other" };
  #loaded: Loaded | undefined;
  /** The inputs of the last run. */
  #inputs: Record<string, Tensor> = {};

  open(files: ModelFiles): Promise<Opened> {
    return this.#open(files, {});
  }

  async add(files: ModelFiles): Promise<Opened> {
    // A mean that is added replaces the one that was set.
    const { mean: _mean, hasMeanImage: _has, ...others } = this.#changed;
    const changed = files.mean === undefined ? this.#changed : others;
    const isExchange = files.weights !== undefined && this.#files.weights !== undefined;
    const opened = this.#open({ ...this.#files, ...files }, changed);
    if (!isExchange) return await opened;
    // Weights that do not fit may be those of another network, which their file contains.
    const fits = await opened.then(({ untrained }) => untrained.length === 0, () => false);
    const another = fits ? undefined : await this.open(files).catch(() => undefined);
    return another ? { ...another, isAnother: true } : await opened;
  }

  async #open(files: ModelFiles, changed: Partial<PictureSettings>): Promise<Opened> {
    const warnings: string[] = [];
    const opened = await openModel(files, (text) => warnings.push(text), this.onProgress);
    const { problem } = opened, model = withSettings(opened.model, changed);
    // If opening fails, the previous model stays open.
    this.#close();
    this.#model = model;
    this.#files = files;
    this.#changed = changed;
    this.#task = taskOf(model.graph, model.labels);
    this.onProgress({ task: "Drawing" });
    const { graph, summary, untrained, preprocessing, labels } = model;
    const types = new Map(summary.map(({ name, type }) => [name, type]));
    return {
      name: titleOf(model),
      inputs: givenInputs(graph),
      outputs: graph.outputs,
      diagram: diagramOf(graph, types),
      rows: summary,
      totals: totalsOf(summary),
      problem,
      warnings,
      untrained,
      settings: preprocessing !== null && takesPicture(model) ? settingsOf(preprocessing) : null,
      labels: labels?.length ?? null,
      isAnother: false,
    };
  }

  prepare(changed: Partial<PictureSettings>): PictureSettings {
    const model = this.#opened();
    if (model.preprocessing === null) {
      throw new Error("Cannot change it: the input is not a picture");
    }
    this.#model = withSettings(model, changed);
    this.#changed = { ...this.#changed, ...changed };
    return settingsOf(this.#model.preprocessing!);
  }

  inspect(step: number): Inspection {
    const { graph, preprocessing } = this.#opened();
    const node: Node | undefined = graph.nodes[step - graph.inputs.length];
    if (node === undefined) return { constants: [], filters: null };
    return inspect(node, graph, preprocessing?.channelOrder ?? "bgr");
  }

  async save(format: Format): Promise<SavedFile> {
    const model = this.#opened();
    this.onProgress({ task: "Writing" });
    const { saveModel } = await codeFor("saving");
    return saveModel(model, format);
  }

  async run(input: RunInput, device: Device): Promise<Answer> {
    const model = this.#opened(), task = this.#task;
    const { answerOf, blobsOf, prepareInput } = await codeFor("running");
    const { inputs, seen } = await prepareInput(input, model, task);
    this.#inputs = inputs;
    const network = await this.#load(device);
    this.onProgress({ task: "Running" });
    network.reset();
    const start = performance.now();
    const blobs = await network.run(this.#inputs, { outputs: blobsOf(task, model.graph) });
    const ms = performance.now() - start;
    return { ...answerOf(blobs, task, model, seen), device: network.device, ms };
  }

  async time(): Promise<number | undefined> {
    if (this.#loaded === undefined) return undefined;
    const start = performance.now();
    await this.#loaded.network.run(this.#inputs);
    return performance.now() - start;
  }

  async show(blob: string): Promise<Activation | undefined> {
    if (this.#loaded === undefined) return undefined;
    this.onProgress({ task: "Running" });
    const { network } = this.#loaded;
    // The run is repeated, so the state of recurrent layers starts anew.
    network.reset();
    const outputs = await network.run(this.#inputs, { outputs: [blob] });
    const tensor = outputs[blob]!;
    const { low, high } = statisticsOf(tensor.data);
    return { shape: tensor.shape, low, high, tiles: channelTiles(tensor) };
  }

  async #load(device: Device): Promise<Network> {
    if (this.#loaded?.device === device) return this.#loaded.network;
    this.#loaded?.network.destroy();
    this.#loaded = undefined;
    this.onProgress({ task: "Loading the network" });
    const { loadNetwork } = await codeFor("running");
    const network = await loadNetwork(this.#opened(), device, (part) => {
      this.onProgress({ task: "Loading the network", part });
    });
    this.#loaded = { network, device };
    return network;
  }

  #opened(): Model {
    if (this.#model === undefined) throw new Error("Cannot use the model: none is open");
    return this.#model;
  }

  #close(): void {
    this.#loaded?.network.destroy();
    this.#loaded = undefined;
    this.#model = undefined;
  }
}

/** Whether a picture is the only input, apart from the size of the picture. */
function takesPicture({ graph }: Model): boolean {
  return givenInputs(graph).length === 1 || regionDetectionOf(graph) !== undefined;
}

/** The model with other settings of its preprocessing. */
function withSettings(model: Model, changed: Partial<PictureSettings>): Model {
  const { preprocessing } = model;
  if (preprocessing === null) return model;
  const { hasMeanImage, ...settings } = { ...settingsOf(preprocessing), ...changed };
  const meanImage = hasMeanImage ? preprocessing.meanImage : null;
  return { ...model, preprocessing: { ...settings, meanImage } };
}

function settingsOf({ meanImage, ...settings }: Preprocessing): PictureSettings {
  return { ...settings, hasMeanImage: meanImage !== null };
}
