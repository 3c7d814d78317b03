/**
 * A Caffe network that is trained in TensorFlow.js and saved as a caffemodel.
 *
 * @module
 */
import type { Bundle } from "../../runtime/bundle/bundle.ts";
import type { Node } from "../../runtime/graph.ts";
import { selectLayers } from "../caffe/phase.ts";
import { checkOptions } from "../check_options.ts";
import { convert } from "../convert.ts";
import type { ConvertOptions } from "../convert_options.ts";
import { writeBundle } from "../emit/bundle.ts";
import { layerTable } from "../layers/mod.ts";
import { lowerFiles, readFiles } from "../lower_files.ts";
import type { NamedBytes } from "../named_file.ts";
import { preprocessingOf } from "../preprocessing.ts";
import { refusePrototxt } from "../refuse_files.ts";
import { learnedConstants, type Origin, writeOrigin } from "./caffe_origin.ts";
import type { Random } from "./initialize.ts";
import { type Learnable, learnableLayers } from "./learnable_layers.ts";
import { TfNetwork } from "./network.ts";
import type { TfNetworkOptions } from "./options.ts";
import { Statistics } from "./statistics.ts";

/** How a Caffe network is read for training. */
export interface TfCaffeOptions
  extends
    Omit<TfNetworkOptions, "dropout" | "ops">,
    Omit<ConvertOptions, "caffemodel" | "deferWeights" | "outputs" | "transforms"> {
  /** The weights, if they are not in the network's own file. */
  readonly caffemodel?: NamedBytes | undefined;
  /** The random number generator for untrained weights, by default `Math.random`. */
  readonly random?: Random;
}

/**
 * A trainable Caffe network. Nothing is folded, so that every layer keeps its own weights; Dropout
 * is active in training; blobs that the caffemodel lacks are initialized by the layer's filler. By
 * default all layers are trained but those whose `lr_mult` are 0; other factors have no effect.
 *
 * @example
 * ```ts ignore
 * const network = TfCaffeNetwork.fromCaffe({ bytes: prototxt, name: "symbols.prototxt" }, {
 *   caffemodel: { bytes: trained, name: "digits.caffemodel" },
 *   trainable: ["ip1", "symbols"],
 * });
 * // … network.learn(…) …
 * await Deno.writeFile("symbols.caffemodel", await network.saveCaffemodel());
 * ```
 */
export class TfCaffeNetwork extends TfNetwork {
  readonly #origin: Origin;
  readonly #options: TfCaffeOptions;

  private constructor(bundle: Bundle, origin: Origin, options: TfCaffeOptions) {
    const { learnable } = origin;
    const learned = learnedConstants(bundle.graph, learnable);
    super(bundle, {
      ...options,
      trainable: options.trainable ??
        learned.map(({ layer }) => layer).filter((layer) => !isFixed(layer, origin)),
      dropout: learnable.dropout,
      learned: new Map(learned.map(({ value, layer }) => [value, layer])),
      statisticsOf: (node) => statisticsOf(node, learnable),
    });
    this.#origin = origin;
    this.#options = options;
  }

  /**
   * Reads a network. Set the backend of TensorFlow.js first.
   *
   * @param network A prototxt, or a caffemodel that holds the network as well.
   * @throws {SyntaxError} with the file and the position (line and column, or byte), if a file cannot
   * be read.
   * @throws {TypeError} naming the layer, if one cannot be converted or trained; if the prototxt and
   * the caffemodel are swapped; or if an option is invalid.
   */
  static fromCaffe(network: NamedBytes, options: TfCaffeOptions = {}): TfCaffeNetwork {
    const { caffemodel, phase = "TEST", level = 0, stages = [], inject = [] } = options;
    const { random = Math.random, warn = () => {} } = options;
    checkOptions(options, { trainable: true, batchNorm: true, random: true });
    const files = readFiles(network, caffemodel), { weights } = files;
    if (weights !== undefined) refusePrototxt(weights);
    const whole = files.network.net, net = selectLayers(whole, { phase, level, stages });
    const learnable = { blobs: new Map(), dropout: new Map(), fractions: new Map() };
    const withBlobs = new Set(
      (weights?.net ?? net).layers.filter(({ blobs }) => blobs.length > 0).map(({ name }) => name),
    );
    const known = layerTable(options.layers);
    const layers = learnableLayers(
      known.values(),
      learnable,
      (name, position) =>
        withBlobs.has(name) ||
        inject.some(({ layer, index = 0 }) => layer === name && index === position),
      random,
    );
    const inputShapes = options.inputShapes ?? new Map();
    const settings = { alignCrops: options.alignCrops };
    const { graph } = lowerFiles(files, net, { inputShapes, layers, inject, settings, warn });
    const bundle = {
      graph,
      constants: new Map(),
      preprocessing: preprocessingOf(
        net,
        weights?.net,
        graph.inputs,
        options.preprocessing ?? {},
        warn,
      ),
      labels: options.labels ?? null,
      provenance: {},
    };
    const kept = new Set(net.layers);
    const positions = whole.layers.map((layer, i) => kept.has(layer) ? i : -1);
    const origin = { network, known, net, selected: new Set(positions), learnable };
    return new TfCaffeNetwork(bundle, origin, options);
  }

  /**
   * The bytes of a caffemodel with the trained weights: a complete network in Caffe's current format,
   * whose layers and blobs have Caffe's own names and shapes. It has the layers of the selected
   * phase, level and stages. Settings for which Caffe's binary format has no number, as forks have
   * in text files, are left out, with a warning for each.
   */
  saveCaffemodel(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#caffemodel(this.#options.warn ?? (() => {}));
  }

  /** The bytes of a bundle with the trained weights: the converted caffemodel. */
  override async save(): Promise<Uint8Array<ArrayBuffer>> {
    // The bundle takes the settings from the network's own file.
    const caffemodel = { bytes: await this.#caffemodel(() => {}), name: "learned.caffemodel" };
    // The caffemodel includes the injected weights, trained or not.
    const { trainable: _trained, batchNorm: _updated, random: _random, ...conversion } =
      this.#options;
    const model = convert(this.#origin.network, { ...conversion, inject: [], caffemodel });
    const parts = [...writeBundle(model)];
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  async #caffemodel(warn: (message: string) => void): Promise<Uint8Array<ArrayBuffer>> {
    const graph = await this.graph(), gathered = this.gathered();
    return writeOrigin(this.#origin, graph, (layer) => gathered.get(layer)?.changed, warn);
  }
}

/** Whether the learning rate of all blobs of a layer is 0. */
function isFixed(layer: string, { net, learnable }: Origin): boolean {
  const { params } = net.layers.find(({ name }) => name === layer)!;
  const rates = learnable.blobs.get(layer)!.map((_, i) => params[i]?.learningRate ?? 1);
  return rates.every((rate) => rate === 0);
}

function statisticsOf(node: Node<"batchNorm">, { blobs, fractions }: Learnable): Statistics {
  const { name } = node.output;
  const [mean, variance, factor] = blobs.get(name) ?? [];
  if (mean?.spec.name !== "mean_sum" || variance === undefined || factor === undefined) {
    throw new TypeError(
      `Cannot update the statistics of layer "${name}": only layers of type BatchNorm are supported`,
    );
  }
  const sums = { mean: mean.data, variance: variance.data, factor: factor.data[0]! };
  return new Statistics(sums, fractions.get(name)!);
}
