/**
 * A Caffe network that is trained in TensorFlow.js and saved as a caffemodel.
 *
 * @module
 */
import type { Bundle } from "../../runtime/bundle.ts";
import type { Node } from "../../runtime/graph.ts";
import type { Net } from "../caffe/net.ts";
import { selectLayers } from "../caffe/phase.ts";
import { readNet } from "../caffe/read.ts";
import { convert } from "../convert.ts";
import type { ConvertOptions } from "../convert_options.ts";
import { checkOptions } from "../check_options.ts";
import { expectFile, type NamedBytes } from "../named_file.ts";
import { writeBundle } from "../emit/bundle.ts";
import { layerTable } from "../layers/mod.ts";
import { lower } from "../lower.ts";
import { preprocessingOf } from "../preprocessing.ts";
import { learnedConstants, writeOrigin } from "./caffe_origin.ts";
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

/** The files, options and layers that a network was made from. */
interface Origin {
  readonly network: NamedBytes;
  readonly options: TfCaffeOptions;
  readonly net: Net;
  readonly learnable: Learnable;
}

/**
 * A trainable Caffe network. Nothing is folded, so that every layer keeps its own weights; Dropout
 * is active in training; blobs that the caffemodel lacks are initialized by the layer's filler.
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

  private constructor(bundle: Bundle, origin: Origin) {
    const { options, learnable } = origin;
    const learned = learnedConstants(bundle.graph, learnable);
    super(bundle, {
      ...options,
      dropout: learnable.dropout,
      learned: new Map(learned.map(({ value, layer }) => [value, layer])),
      statisticsOf: (node) => statisticsOf(node, learnable),
    });
    this.#origin = origin;
  }

  /**
   * Reads a network. Set the backend of TensorFlow.js first.
   *
   * @param network A prototxt, or a caffemodel that holds the network as well.
   * @throws {SyntaxError} with file, line and column, if a file cannot be read.
   * @throws {TypeError} naming the layer, if one cannot be converted.
   */
  static fromCaffe(network: NamedBytes, options: TfCaffeOptions = {}): TfCaffeNetwork {
    const { caffemodel, phase = "TEST", level = 0, stages = [], inject = [] } = options;
    const { random = Math.random, warn = () => {} } = options;
    expectFile(network, "network");
    if (caffemodel !== undefined) expectFile(caffemodel, "caffemodel");
    checkOptions(options);
    const whole = readNet(network.bytes, { file: network.name, warn });
    const trained = caffemodel && readNet(caffemodel.bytes, { file: caffemodel.name, warn });
    const net = selectLayers(whole, { phase, level, stages });
    const learnable = { blobs: new Map(), dropout: new Map(), fractions: new Map() };
    const withBlobs = new Set(
      (trained ?? net).layers.filter(({ blobs }) => blobs.length > 0).map(({ name }) => name),
    );
    const layers = learnableLayers(
      layerTable(options.layers).values(),
      learnable,
      (name, position) =>
        withBlobs.has(name) ||
        inject.some(({ layer, index = 0 }) => layer === name && index === position),
      random,
    );
    const inputShapes = options.inputShapes ?? new Map();
    const settings = { alignCrops: options.alignCrops };
    const { graph } = lower(net, { trained, inputShapes, layers, inject, settings, warn });
    const bundle = {
      graph,
      constants: new Map(),
      preprocessing: preprocessingOf(
        net,
        graph.inputs[0]?.shape,
        options.preprocessing ?? {},
        warn,
      ),
      labels: options.labels ?? null,
      provenance: {},
    };
    return new TfCaffeNetwork(bundle, { network, options, net, learnable });
  }

  /**
   * The bytes of a caffemodel with the trained weights: a complete network in Caffe's current format,
   * whose layers and blobs have Caffe's own names and shapes.
   */
  async saveCaffemodel(): Promise<Uint8Array<ArrayBuffer>> {
    const { net, learnable } = this.#origin;
    const graph = await this.graph();
    const gathered = this.gathered();
    return writeOrigin(
      net,
      graph,
      learnable,
      (value) => graph.constants.get(value),
      (layer) => gathered.get(layer)?.changed,
    );
  }

  /** The bytes of a bundle with the trained weights: the converted caffemodel. */
  override async save(): Promise<Uint8Array<ArrayBuffer>> {
    const { network, options } = this.#origin;
    const caffemodel = { bytes: await this.saveCaffemodel(), name: "learned.caffemodel" };
    // The caffemodel includes the injected weights, trained or not.
    const parts = [...writeBundle(convert(network, { ...options, inject: [], caffemodel }))];
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }
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
