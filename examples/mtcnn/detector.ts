/**
 * MTCNN: a cascade of three small networks, each of which refines the candidates of the one before.
 *
 * The first scans an image pyramid, and scores each window of 12 × 12 pixels. The second refines its
 * candidates at 24 × 24 pixels, and the third at 48 × 48, where it also locates the eyes, the nose and
 * the corners of the mouth.
 *
 * @see https://arxiv.org/abs/1604.02878 Joint Face Detection and Alignment
 * @module
 */
import { convert, writeBundle } from "../../mod.ts";
import { type Image, type LoadOptions, Network, type Tensor } from "../../runtime/mod.ts";
import { type Box, type Candidate, moved, overSmaller, squared, suppress } from "./boxes.ts";
import { crop, inputOf, transposed } from "./pictures.ts";

/** A face: its box and its landmarks. */
export interface Face {
  readonly box: Box;
  /** The score of the last network, from 0 to 1. */
  readonly score: number;
  /** Left eye, right eye, nose, left and right corner of the mouth, as seen in the photograph. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The files of a network. */
export interface NetworkFiles {
  readonly prototxt: Uint8Array;
  readonly caffemodel: Uint8Array;
}

/** The options of a detection. */
export interface DetectOptions {
  /** The size of the smallest face, in pixels. */
  readonly smallest?: number;
  /** The score threshold of each network. */
  readonly thresholds?: readonly [number, number, number];
}

/** The factor between the scales of the image pyramid. */
const step = 0.709;
/** The window and the stride of the first network. */
const [cell, stride] = [12, 2];
/** The batch size of the later networks. */
const batch = 16;

/** Detects faces. */
export class FaceDetector {
  private constructor(private readonly networks: readonly [Network, Network, Network]) {}

  /** Converts and loads the three networks. */
  static async load(
    files: readonly [NetworkFiles, NetworkFiles, NetworkFiles],
    options: LoadOptions = {},
  ): Promise<FaceDetector> {
    const [proposal, refinement, output] = await Promise.all(files.map((file, i) => {
      const model = convert({ bytes: file.prototxt, name: `det${i + 1}.prototxt` }, {
        caffemodel: { bytes: file.caffemodel, name: `det${i + 1}.caffemodel` },
      });
      const bundle = new Blob([...writeBundle(model)]);
      return Network.load(bundle, options);
    }));
    return new FaceDetector([proposal!, refinement!, output!]);
  }

  /** The faces in a photograph, by descending score. */
  async detect(photograph: Image, options: DetectOptions = {}): Promise<Face[]> {
    const { smallest = 20, thresholds: [first, second, third] = [0.6, 0.7, 0.7] } = options;
    const picture = transposed(photograph);
    const proposed: Candidate[] = [];
    for (const scale of scalesFor(photograph, smallest)) {
      proposed.push(...suppress(await this.#propose(picture, scale, first), 0.5));
    }
    const refined = await this.#refine(picture, suppress(proposed, 0.7), 1, second);
    const found = await this.#refine(picture, suppress(refined, 0.7), 2, third);
    const faces = found.map((face) => ({ ...face, box: moved(face) }));
    return suppress(faces, 0.7, overSmaller).map(({ box, score, points }) => ({
      box,
      score,
      points,
    }));
  }

  /** Frees the memory of the networks. */
  destroy(): void {
    for (const network of this.networks) network.destroy();
  }

  /** The candidates of the first network at one scale of the pyramid. */
  async #propose(picture: Image, scale: number, threshold: number): Promise<Candidate[]> {
    const height = Math.ceil(picture.height * scale), width = Math.ceil(picture.width * scale);
    const data = { shape: [1, 3, height, width], data: inputOf(picture, height, width) };
    const { prob1, "conv4-2": moves } = await this.networks[0].run({ data });
    const [, , columns, rows] = prob1!.shape as [number, number, number, number];
    const plane = columns * rows;
    const candidates: Candidate[] = [];
    for (let x = 0; x < columns; x++) {
      for (let y = 0; y < rows; y++) {
        const at = x * rows + y, score = prob1!.data[plane + at]!;
        if (score < threshold) continue;
        const [left, top] = [x * stride / scale, y * stride / scale];
        const box = [left, top, left + cell / scale, top + cell / scale] as const;
        const move = (side: number) => moves!.data[side * plane + at]!;
        candidates.push({ box, score, moves: [move(0), move(1), move(2), move(3)] });
      }
    }
    return candidates;
  }

  /** The candidates of a later network, in the boxes of the one before. */
  async #refine(
    picture: Image,
    candidates: readonly Candidate[],
    stage: 1 | 2,
    threshold: number,
  ): Promise<(Candidate & Pick<Face, "points">)[]> {
    const boxes = candidates.map((candidate) => squared(moved(candidate)));
    const side = stage === 1 ? 24 : 48;
    const size = 3 * side * side;
    const found: (Candidate & Pick<Face, "points">)[] = [];
    for (let start = 0; start < boxes.length; start += batch) {
      // The last batch is padded with zeros, so that the network is compiled for one batch size.
      const data = new Float32Array(batch * size);
      const samples = boxes.slice(start, start + batch);
      samples.forEach(([left, top, right, bottom], i) => {
        const part = crop(picture, [top, left, bottom, right]);
        data.set(inputOf(part, side, side), i * size);
      });
      const results = await this.networks[stage].run({ data });
      const row = (tensor: Tensor, i: number, width: number) =>
        tensor.data.subarray(i * width, (i + 1) * width);
      samples.forEach((box, i) => {
        const score = row(results.prob1!, i, 2)[1]!;
        if (score < threshold) return;
        const moves = row(results[stage === 1 ? "conv5-2" : "conv6-2"]!, i, 4);
        const landmarks = stage === 1 ? [] : row(results["conv6-3"]!, i, 10);
        found.push({
          box,
          score,
          moves: [...moves] as unknown as Box,
          points: pointsOf(box, landmarks),
        });
      });
    }
    return found;
  }
}

/** The scales of the image pyramid, so that faces of each size fit the first window once. */
function scalesFor({ width, height }: Image, smallest: number): number[] {
  const scales: number[] = [];
  for (
    let scale = cell / smallest;
    Math.min(width, height) * scale >= cell;
    scale *= step
  ) scales.push(scale);
  return scales;
}

/** Landmarks in the photograph, from positions relative to a box: five x, then five y. */
function pointsOf([left, top, right, bottom]: Box, relative: ArrayLike<number>): Face["points"] {
  return Array.from({ length: relative.length / 2 }, (_, i) =>
    [
      left + relative[i]! * (right - left),
      top + relative[i + relative.length / 2]! * (bottom - top),
    ] as const);
}
