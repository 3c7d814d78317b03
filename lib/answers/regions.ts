/**
 * The boxes of a detector that looks twice, as Faster R-CNN and R-FCN do: the network gives regions,
 * scores and how each class moves them, and what becomes of these was a program beside it.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn, whose test.py this follows
 * @module
 */
import { givenInputs, type Graph, namedValues } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { type Box, overlap, suppress } from "../../runtime/ops/boxes.ts";
import {
  type Image,
  preprocess,
  type Preprocessing,
  resizedSize,
} from "../../runtime/preprocess.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { type FoundBox, labelOf } from "./boxes.ts";
import { beforeOps, producersOf } from "./producers.ts";
import type { RegionDetection } from "./task_kinds.ts";

/** Scores must be above it, unless lower ones are asked for. */
const leastScore = 0.05;

/** Boxes of a class must not overlap more than this with a better one. */
const mostOverlap = 0.3;

/** The regions of a network whose only inputs are a picture, and what is to be known of it. */
export function regionsOf(graph: Graph): RegionDetection | undefined {
  const [picture, info, ...others] = givenInputs(graph);
  const proposal = graph.nodes.find(({ op }) => op === "proposal");
  if (info === undefined || others.length > 0 || proposal?.inputs[2] !== info) return undefined;
  if (picture!.shape.length !== 4 || picture!.shape[0] !== 1 || count(info.shape) !== 3) {
    return undefined;
  }
  const producers = producersOf(graph), values = namedValues(graph), [most] = proposal.output.shape;
  const [regions] = [...values].find(([, value]) => value === proposal.output) ?? [];
  const tables = graph.outputs.flatMap((name) => {
    const value = values.get(name)!, [rows, columns] = value.shape;
    if (rows !== most || columns !== count(value.shape.slice(1))) return [];
    return [{
      name,
      columns,
      areProbabilities: beforeOps(producers, value, ["reshape"])?.op === "softmax",
    }];
  });
  const scores = tables.find(({ areProbabilities }) => areProbabilities);
  const moves = tables.find(({ columns }) => columns === 4 * scores?.columns! || columns === 8);
  if (regions === undefined || scores === undefined || moves === undefined) return undefined;
  return {
    kind: "detection",
    form: "regions",
    picture: picture!,
    info,
    classes: scores.columns!,
    hasBackground: true,
    regions,
    scores: scores.name,
    moves: moves.name,
  };
}

/**
 * The height and width in which a picture is shown to such a network, which takes any: as large as
 * the shorter and the longer side of its input allow, with the proportions that it has, unless the
 * preprocessing says something else.
 */
function sizeShown(image: Pair, preprocessing: Preprocessing, input: Pair): Pair {
  if (preprocessing.crop !== null) {
    throw new TypeError("Cannot prepare the image: it is cropped, which regions do not allow for");
  }
  if (preprocessing.resize !== null) return resizedSize(image, preprocessing, input);
  const scale = Math.min(
    Math.min(...input) / Math.min(...image),
    Math.max(...input) / Math.max(...image),
  );
  const scaled = (extent: number) => Math.max(1, Math.round(extent * scale));
  return [scaled(image[0]), scaled(image[1])];
}

/**
 * What the network is fed to see a picture: its pixels, and its height, width and scale.
 *
 * @throws {TypeError} if the picture cannot be prepared.
 */
export function inputsFor(
  image: Image,
  preprocessing: Preprocessing,
  { picture, info }: RegionDetection,
): Record<string, Tensor> {
  const size = [image.height, image.width] as const;
  const [, channels, ...input] = picture.shape as readonly [number, number, number, number];
  const shown = sizeShown(size, preprocessing, input), shape = [channels, ...shown];
  const data = preprocess(image, { ...preprocessing, resize: { exact: shown } }, shape);
  return {
    [picture.name]: { shape: [1, ...shape], data },
    [info.name]: { shape: info.shape, data: Float32Array.of(...shown, shown[0] / size[0]) },
  };
}

/**
 * The boxes in a picture, the best first.
 *
 * @param size Its height and width.
 * @param least A score that is asked for: boxes that score less than it and 0.05 are left out.
 */
export function boxesInRegions(
  outputs: Readonly<Record<string, Tensor>>,
  detection: RegionDetection,
  labels: readonly string[] | null,
  preprocessing: Preprocessing,
  size: Pair,
  least: number = leastScore,
): FoundBox[] {
  const [, , ...input] = detection.picture.shape as readonly [number, number, number, number];
  const shown = sizeShown(size, preprocessing, input);
  const [regions, scores, moves] = [detection.regions, detection.scores, detection.moves]
    .map((name) => outputs[name]!) as [Tensor, Tensor, Tensor];
  const { classes } = detection;
  const [rows, columns, moved] = [scores.shape[0]!, regions.shape[1]!, moves.shape[1]!];
  const [down, across] = [size[0] / shown[0], size[1] / shown[1]];
  const regionAt = (row: number): Box => {
    const [, left, top, right, bottom] = regions.data.subarray(row * columns);
    return [left! * across, top! * down, right! * across, bottom! * down];
  };
  const found: FoundBox[] = [];
  for (let index = 1; index < classes; index++) {
    // Where all classes have one box, it stands behind that of no object.
    const column = moved === 4 * classes ? 4 * index : 4;
    const candidates = Array.from({ length: rows }, (_, row) => ({
      score: scores.data[row * classes + index]!,
      row,
    }))
      .filter(({ score }) => score > leastScore || score >= least)
      .map(({ score, row }) => {
        const move = moves.data.subarray(row * moved + column);
        return { score, box: clipped(movedBox(regionAt(row), move), size) };
      })
      .sort((a, b) => b.score - a.score);
    const kept = suppress(
      [...candidates.keys()],
      (a, b) => overlap(covered(candidates[a]!.box), covered(candidates[b]!.box)),
      { overlap: mostOverlap },
    );
    for (const i of kept) {
      const { score, box: [left, top, right, bottom] } = candidates[i]!;
      found.push({
        index,
        label: labelOf(index, detection, labels),
        score,
        left: left / size[1],
        top: top / size[0],
        right: right / size[1],
        bottom: bottom / size[0],
      });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

/** A region whose middle and size are changed; its last pixels are in it. */
function movedBox([left, top, right, bottom]: Box, move: Float32Array): Box {
  const width = right - left + 1, height = bottom - top + 1;
  const x = left + width / 2 + move[0]! * width, y = top + height / 2 + move[1]! * height;
  const w = Math.exp(move[2]!) * width, h = Math.exp(move[3]!) * height;
  return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
}

/** The part of a box that lies in a picture. */
function clipped(box: Box, [height, width]: Pair): Box {
  const within = (x: number, extent: number) => Math.max(0, Math.min(x, extent - 1));
  return [
    within(box[0], width),
    within(box[1], height),
    within(box[2], width),
    within(box[3], height),
  ];
}

/** What a box covers: the last of its pixels too. */
function covered([left, top, right, bottom]: Box): Box {
  return [left, top, right + 1, bottom + 1];
}
