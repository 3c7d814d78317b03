/**
 * Recognizes networks that end in the maps of YOLO v3, v4 or v5: converters leave out the layers that
 * decode boxes, since Caffe has none, and the original programs do it outside the network.
 *
 * The tiny version of YOLO v4 has the anchors of v3's, but those of its smaller cells start with the
 * second one, so that both maps have the fourth.
 *
 * YOLO v4 moves the centres of boxes by `scale_x_y`, most in the smallest cells.
 *
 * @module
 */
import { givenInputs, type Graph, namedValues, type Value } from "../../runtime/graph.ts";
import { producersOf } from "./producers.ts";

/** A network's maps of three boxes at each position. */
export interface YoloMaps {
  readonly classes: number;
  readonly version: 3 | 4 | 5;
  /** The outputs, those with the largest cells first. */
  readonly maps: readonly YoloMap[];
}

/** An output `[N, 3 · (5 + classes), H, W]`, and the height and width of its cells in pixels. */
interface YoloMap {
  readonly name: string;
  readonly stride: number;
}

/** The anchors of YOLO v3 (and v5) and its tiny version for COCO, by the number of maps: widths and heights. */
const anchors3: ReadonlyMap<number, readonly number[]> = new Map([
  [3, [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326]],
  [2, [10, 14, 23, 27, 37, 58, 81, 82, 135, 169, 344, 319]],
]);

/** The anchors of YOLO v4 for COCO. */
const anchors4 = [12, 16, 19, 36, 40, 28, 36, 75, 76, 55, 72, 146, 142, 110, 192, 243, 459, 401];

/** The `scale_x_y` of YOLO v4 and its tiny version, by the number of maps, the largest cells first. */
const reach4: ReadonlyMap<number, readonly number[]> = new Map([
  [3, [1.05, 1.1, 1.2]],
  [2, [1.05, 1.05]],
]);

/** The anchors of YOLO v3 and v5 for the map with the largest cells of some, or for a following one. */
export function cocoAnchors(maps: number, i: number): readonly number[] {
  return anchors3.get(maps)!.slice(6 * (maps - 1 - i), 6 * (maps - i));
}

/** The maps of YOLO v3, v4 or v5 if the outputs are convolutions of its shapes, and nothing else. */
export function yoloMapsOf(graph: Graph): YoloMaps | undefined {
  const [picture, ...others] = givenInputs(graph);
  if (picture?.shape.length !== 4 || others.length > 0) return undefined;
  if (!anchors3.has(graph.outputs.length)) return undefined;
  const [, , height, width] = picture.shape as readonly number[];
  const values = namedValues(graph), producers = producersOf(graph);
  const outputs = graph.outputs.map((name) => ({ name, value: values.get(name)! }));
  const channels = outputs[0]!.value.shape[1]!, classes = channels / 3 - 5;
  if (!Number.isInteger(classes) || classes < 1) return undefined;
  const maps = outputs.flatMap(({ name, value }) => {
    const [, c, rows, columns] = value.shape, stride = height! / rows!;
    const isMap = producers.get(value)?.op === "conv2d" && c === channels &&
      stride === width! / columns!;
    return isMap ? [{ name, stride }] : [];
  }).sort((a, b) => b.stride - a.stride);
  // The largest cells have 32 pixels a side, the next ones 16, then 8.
  const areComplete = maps.length === outputs.length &&
    maps.every(({ stride }, i) => stride === 32 / 2 ** i);
  return areComplete ? { classes, version: versionOf(graph, maps.length), maps } : undefined;
}

/** The version, by the activation: SiLU in YOLO v5, Mish in v4. The tiny v4 takes halves of channels. */
function versionOf(graph: Graph, maps: number): YoloMaps["version"] {
  if (maps !== 3) {
    return graph.nodes.some((node) => node.op === "slice" && node.attributes.axis === 1) ? 4 : 3;
  }
  const producers = producersOf(graph);
  const isGate = (value: Value, of: Value) => {
    const node = producers.get(value);
    return node?.op === "sigmoid" && node.inputs[0] === of;
  };
  const hasSiLU = graph.nodes.some(({ op, inputs: [x, gate] }) =>
    op === "swish" ||
    op === "eltwise" && gate !== undefined && (isGate(gate, x!) || isGate(x!, gate))
  );
  if (hasSiLU) return 5;
  // Mish is lowered to a `bnll` and others.
  return graph.nodes.some(({ op }) => op === "bnll") ? 4 : 3;
}

/** The layer that decodes the boxes, with the anchors for COCO. */
export function decodingLayer({ classes, version, maps }: YoloMaps): string {
  const bottoms = maps.map(({ name }) => `bottom: ${JSON.stringify(name)}`).join(" ");
  // The largest anchors belong to the largest cells.
  const isTiny4 = version === 4 && maps.length === 2;
  const masks = maps.map((_, i) => {
    const first = isTiny4 && i === 1 ? 1 : 3 * (maps.length - 1 - i);
    return [first, first + 1, first + 2];
  });
  const list = (numbers: readonly number[]) => `[${numbers.join(", ")}]`;
  const reach = version === 4 ? `\n    scale_x_y: ${list(reach4.get(maps.length)!)}` : "";
  return `layer { name: "detection_out" type: "Yolov3DetectionOutput"
  ${bottoms} top: "detection_out"
  yolov3_detection_output_param { num_classes: ${classes} mask_group_num: ${maps.length}
    anchors_scale: ${list(maps.map(({ stride }) => stride))} mask: ${list(masks.flat())}
    biases: ${list(version === 4 && !isTiny4 ? anchors4 : anchors3.get(maps.length)!)}${reach} } }`;
}
