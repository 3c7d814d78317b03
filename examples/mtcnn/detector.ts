/**
 * MTCNN: three small networks, each of which looks more closely at what the one before has left over.
 *
 * The first sees the whole photograph at many sizes, and says of each window of 12 × 12 pixels whether
 * there is a face. The second looks at those again at 24 × 24 pixels, the third at 48 × 48, and finds
 * the eyes, the nose and the corners of the mouth.
 *
 * @see https://arxiv.org/abs/1604.02878 Joint Face Detection and Alignment
 * @module
 */
import { convert, writeBundle } from "../../mod.ts";
import { type Image, type LoadOptions, Network, type Tensor } from "../../runtime/mod.ts";
import { type Box, type Candidate, moved, overSmaller, squared, suppress } from "./boxes.ts";
import { cut, inputOf, turned } from "./pictures.ts";

/** A face: where it is, and its points. */
export interface Face {
  readonly box: Box;
  /** How sure the last network is, 0 to 1. */
  readonly score: number;
  /** Left eye, right eye, nose, left and right corner of the mouth, as the photograph shows them. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** The files of a network. */
export interface NetworkFiles {
  readonly prototxt: Uint8Array;
  readonly caffemodel: Uint8Array;
}

/** What is looked for. */
export interface Wish {
  /** The side of the smallest face, in pixels. */
  readonly smallest?: number;
  /** How sure each of the three networks has to be. */
  readonly thresholds?: readonly [number, number, number];
}

/** Each size of the photograph is so much smaller than the one before. */
const step = 0.709;
/** The window of the first network, and how far it moves. */
const [cell, stride] = [12, 2];
/** The later networks look at so many boxes at once. */
const batch = 16;

/** Finds faces. */
export class FaceDetector {
  private constructor(private readonly networks: readonly [Network, Network, Network]) {}

  /** Converts the three networks, and makes them ready to run. */
  static async load(
    files: readonly [NetworkFiles, NetworkFiles, NetworkFiles],
    options: LoadOptions = {},
  ): Promise<FaceDetector> {
    const [proposing, refining, pointing] = await Promise.all(files.map((file, i) => {
      const model = convert({ bytes: file.prototxt, name: `det${i + 1}.prototxt` }, {
        caffemodel: { bytes: file.caffemodel, name: `det${i + 1}.caffemodel` },
      });
      const bundle = new Blob([...writeBundle(model)]);
      return Network.load(bundle, options);
    }));
    return new FaceDetector([proposing!, refining!, pointing!]);
  }

  /** The faces in a photograph, the surest first. */
  async detect(photograph: Image, wish: Wish = {}): Promise<Face[]> {
    const { smallest = 20, thresholds: [first, second, third] = [0.6, 0.7, 0.7] } = wish;
    const picture = turned(photograph);
    const proposed: Candidate[] = [];
    for (const scale of scalesFor(photograph, smallest)) {
      proposed.push(...suppress(await this.#propose(picture, scale, first), 0.5));
    }
    const refined = await this.#look(picture, suppress(proposed, 0.7), 1, second);
    const found = await this.#look(picture, suppress(refined, 0.7), 2, third);
    const faces = found.map((face) => ({ ...face, box: moved(face) }));
    return suppress(faces, 0.7, overSmaller).map(({ box, score, points }) => ({
      box,
      score,
      points,
    }));
  }

  /** Lets go of the GPU's memory. */
  destroy(): void {
    for (const network of this.networks) network.destroy();
  }

  /** What the first network sees in the photograph made smaller. */
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

  /** What a later network sees in boxes, moved as the one before has said. */
  async #look(
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
      // The last batch is filled up with nothing, so that one size of batch is made ready.
      const data = new Float32Array(batch * size);
      const some = boxes.slice(start, start + batch);
      some.forEach(([left, top, right, bottom], i) => {
        const part = cut(picture, [top, left, bottom, right]);
        data.set(inputOf(part, side, side), i * size);
      });
      const results = await this.networks[stage].run({ data });
      const row = (tensor: Tensor, i: number, width: number) =>
        tensor.data.subarray(i * width, (i + 1) * width);
      some.forEach((box, i) => {
        const score = row(results.prob1!, i, 2)[1]!;
        if (score < threshold) return;
        const moves = row(results[stage === 1 ? "conv5-2" : "conv6-2"]!, i, 4);
        const places = stage === 1 ? [] : row(results["conv6-3"]!, i, 10);
        found.push({
          box,
          score,
          moves: [...moves] as unknown as Box,
          points: pointsOf(box, places),
        });
      });
    }
    return found;
  }
}

/** How much smaller the photograph is made, so that faces of all sizes fit the first window once. */
function scalesFor({ width, height }: Image, smallest: number): number[] {
  const scales: number[] = [];
  for (
    let scale = cell / smallest;
    Math.min(width, height) * scale >= cell;
    scale *= step
  ) scales.push(scale);
  return scales;
}

/** Points of the photograph from places in a box: five from its left, then five from its top. */
function pointsOf([left, top, right, bottom]: Box, places: ArrayLike<number>): Face["points"] {
  return Array.from({ length: places.length / 2 }, (_, i) =>
    [
      left + places[i]! * (right - left),
      top + places[i + places.length / 2]! * (bottom - top),
    ] as const);
}
