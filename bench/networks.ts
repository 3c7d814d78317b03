/**
 * The benchmarked networks: whole ones from prototxt files, and single layers.
 *
 * Their weights are random, scaled to keep activations in range, since the time does not depend on
 * them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stateOf } from "../cli/files.ts";
import { convert } from "../lib/convert.ts";
import { noise } from "../lib/noise.ts";
import type { Graph } from "../runtime/graph.ts";
import { count, type Tensor } from "../runtime/tensor.ts";
import { leastBytes } from "./traffic.ts";

/** A network to benchmark. */
export interface Race {
  readonly name: string;
  readonly graph: Graph;
  readonly input: Tensor;
  /** The multiply-accumulates of a run. */
  readonly macs: number;
  /** The bytes that a run reads and writes at least. */
  readonly bytes: number;
}

/** The files of whole networks, by their usual names. */
const files: Readonly<Record<string, string>> = {
  "SqueezeNet 1.0": "squeezenet_v1.0.prototxt",
  "GoogLeNet": "googlenet.prototxt",
  "ResNet-50": "resnet50.prototxt",
  "VGG 16": "vgg16.prototxt",
};

/** The name of the network that needs no file. */
const withoutFile = "MobileNet v1";

/** The names of the whole networks. */
export const networkNames: readonly string[] = [...Object.keys(files), withoutFile];

/**
 * A whole network with a batch size.
 *
 * @param folder The folder of the prototxt files.
 * @throws {Error} if there is no such network, or its file is missing.
 */
export function network(name: string, batch: number, folder: URL): Race {
  return race(name, name === withoutFile ? mobileNet() : prototxtOf(name, folder), batch);
}

function prototxtOf(name: string, folder: URL): string {
  const file = files[name];
  if (file === undefined) {
    throw new Error(`Cannot measure "${name}": the networks are ${networkNames.join(", ")}`);
  }
  const url = new URL(file, folder);
  try {
    return Deno.readTextFileSync(url);
  } catch (cause) {
    throw new Error(
      `Cannot read ${fileURLToPath(url)}: ${stateOf(cause)}; --nets names the folder of the ` +
        `networks' prototxt files, and "${withoutFile}" needs none`,
      { cause },
    );
  }
}

/** Typical layers: their settings, and the input's channels and extent. */
const shapes: Readonly<
  Record<string, readonly [settings: string, channels: number, size: number]>
> = {
  "5×5, 48→128 at 27": ["num_output: 128 kernel_size: 5 pad: 2", 48, 27],
  "3×3, 256→256 at 56": ["num_output: 256 kernel_size: 3 pad: 1", 256, 56],
  "1×1, 256→64 at 56": ["num_output: 64 kernel_size: 1", 256, 56],
  "3×3, 64→64 at 56": ["num_output: 64 kernel_size: 3 pad: 1", 64, 56],
  "7×7/2, 3→64 at 224": ["num_output: 64 kernel_size: 7 stride: 2 pad: 3", 3, 224],
  "3×3 depthwise, 512 at 14": ["num_output: 512 kernel_size: 3 pad: 1 group: 512", 512, 14],
};

/** The names of the single layers. */
export const layerNames: readonly string[] = Object.keys(shapes);

/** A single convolution. */
export function layer(name: string, batch: number): Race {
  const [settings, channels, size] = shapes[name]!;
  const text = `${inputLayer(channels, size)}${convolution("conv", "data", settings)}`;
  return race(name, text, batch);
}

function race(name: string, text: string, batch: number): Race {
  const network = { bytes: new TextEncoder().encode(text), name };
  const { graph: { inputs: [first] } } = convert(network);
  const shape = first!.shape.with(0, batch);
  const { graph, summary } = convert(network, {
    inputShapes: new Map([[first!.name, shape]]),
  });
  const constants = new Map([...graph.constants.keys()].map((value) => [
    value,
    // He initialisation: a layer and its ReLU keep the variance.
    spread(value.shape, value.shape.length > 1 ? Math.sqrt(2 / count(value.shape.slice(1))) : 0.1),
  ]));
  return {
    name,
    graph: { ...graph, constants },
    input: { shape, data: spread(shape, 1) },
    macs: summary.reduce((sum, { macs }) => sum + macs, 0),
    bytes: leastBytes(graph),
  };
}

/** Reproducible random numbers of mean 0 and a given standard deviation. */
function spread(shape: readonly number[], deviation: number): Float32Array<ArrayBuffer> {
  // Uniform numbers from −a to a have the deviation a / √3.
  return noise(shape, deviation * Math.sqrt(3)).data;
}

/** MobileNet v1 with batch normalization folded. */
function mobileNet(): string {
  const blocks: readonly (readonly [output: number, stride: number])[] = [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...new Array(5).fill([512, 1]),
    [1024, 2],
    [1024, 1],
  ];
  let text = inputLayer(3, 224), bottom = "data", channels = 32;
  const add = (name: string, settings: string) => {
    text += convolution(name, bottom, settings) +
      `layer { name: "${name}/relu" type: "ReLU" bottom: "${name}" top: "${name}" }\n`;
    bottom = name;
  };
  add("conv1", "num_output: 32 kernel_size: 3 stride: 2 pad: 1");
  for (const [i, [output, stride]] of blocks.entries()) {
    const depthwise = `num_output: ${channels} group: ${channels}`;
    add(`conv${i + 2}/dw`, `${depthwise} kernel_size: 3 pad: 1 stride: ${stride}`);
    add(`conv${i + 2}/sep`, `num_output: ${output} kernel_size: 1`);
    channels = output;
  }
  return `${text}
    layer { name: "pool" type: "Pooling" bottom: "${bottom}" top: "pool"
      pooling_param { pool: AVE global_pooling: true } }
    ${convolution("fc7", "pool", "num_output: 1000 kernel_size: 1")}
    layer { name: "prob" type: "Softmax" bottom: "fc7" top: "prob" }`;
}

const inputLayer = (channels: number, size: number) =>
  `name: "net" input: "data"
   input_shape { dim: 1 dim: ${channels} dim: ${size} dim: ${size} }\n`;

const convolution = (name: string, bottom: string, settings: string) =>
  `layer { name: "${name}" type: "Convolution" bottom: "${bottom}" top: "${name}"
    convolution_param { ${settings} } }\n`;
