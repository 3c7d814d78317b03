/**
 * Synthesizes handwritten digits: white on black in 28×28 pixels, as in MNIST.
 *
 * A drawing takes one of the digit's styles, displaces its points, smooths, slants and rotates the
 * strokes, and renders them with a soft round pen. All random numbers come from the generator that the
 * caller passes, so that drawings are reproducible.
 *
 * @module
 */
import { between, normal, type Random, seededRandom } from "./random.ts";
import { type Point, type Stroke, styles } from "./strokes.ts";

/** The width and the height of a drawing, in pixels. */
export const size = 28;

/** A handwriting: all parameters of a drawing except its strokes. */
export interface Hand {
  /** The height of an upright digit, in pixels. */
  readonly height: number;
  /** The factor of the width of the strokes. */
  readonly width: number;
  /** The horizontal shear, relative to the height. */
  readonly slant: number;
  /** The rotation in radians, clockwise. */
  readonly rotation: number;
  /** The offset of the digit's center from the image's, in pixels. */
  readonly shift: readonly [right: number, down: number];
  /** The standard deviation of the points' displacement, in hundredths of the height. */
  readonly wobble: number;
  /** The thickness of the pen, in pixels. */
  readonly thickness: number;
  /** The width of the pen's soft edge, in pixels. */
  readonly softness: number;
  /** The grey value of full ink, at most 255. */
  readonly brightness: number;
  /** The standard deviation of the noise on each pixel. */
  readonly noise: number;
}

/** A drawing, and its digit. */
export interface Drawing {
  /** The grey values from 0 to 255, in row-major order. */
  readonly image: Uint8Array;
  readonly digit: number;
}

/** A polyline of short segments. */
type Polyline = readonly Position[];

interface Position {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws a digit in a random style and handwriting.
 *
 * @returns The grey values from 0 to 255, in row-major order: `size` rows of `size` pixels.
 * @throws {RangeError} if `digit` is not from 0 to 9.
 */
export function drawDigit(digit: number, random: Random): Uint8Array {
  const ofDigit = Object.values(styles[digit] ?? {});
  const strokes = ofDigit[Math.floor(random() * ofDigit.length)];
  if (strokes === undefined) throw new RangeError(`Cannot draw ${digit}: it is not a digit`);
  return drawStrokes(strokes, someHand(random), random);
}

/** Draws `count` digits, 0 to 9 in turn. The same seed gives the same drawings. */
export function freshDrawings(count: number, seed: number): Drawing[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const digit = i % styles.length;
    return { image: drawDigit(digit, random), digit };
  });
}

/** A random handwriting. */
export function someHand(random: Random): Hand {
  return {
    height: between(random, 15, 22),
    width: between(random, 0.75, 1.2),
    slant: between(random, -0.15, 0.4),
    rotation: between(random, -0.2, 0.2),
    shift: [2 * normal(random), 2 * normal(random)],
    wobble: between(random, 1, 3.5),
    thickness: between(random, 1.4, 3.6),
    softness: between(random, 0.8, 2),
    brightness: between(random, 170, 255),
    // Half of all drawings are clean.
    noise: Math.max(0, between(random, -12, 12)),
  };
}

/** Draws strokes in a handwriting, with random displacement and noise. */
export function drawStrokes(strokes: readonly Stroke[], hand: Hand, random: Random): Uint8Array {
  const ink = new Float32Array(size * size);
  const lines = strokes.map((stroke) => interpolate(wobble(stroke, hand, random)));
  for (const line of place(lines, hand)) {
    // The thickness changes slightly along a stroke.
    const pressure = between(random, -0.15, 0.15);
    for (const [i, to] of line.entries()) {
      const from = line[Math.max(0, i - 1)] ?? to;
      const radius = hand.thickness / 2 * (1 + pressure * (2 * i / line.length - 1));
      addInk(ink, from, to, radius, hand.softness);
    }
  }
  return Uint8Array.from(ink, (coverage) => {
    const grey = coverage * hand.brightness + (hand.noise > 0 ? hand.noise * normal(random) : 0);
    return Math.round(Math.min(255, Math.max(0, grey)));
  });
}

function wobble(stroke: Stroke, hand: Hand, random: Random): Point[] {
  return stroke.map(({ x, y, corner }) => ({
    x: x + hand.wobble * normal(random),
    y: y + hand.wobble * normal(random),
    corner,
  }));
}

/** Transforms lines from the coordinates of the strokes to those of the image. */
function place(lines: readonly Polyline[], hand: Hand): Polyline[] {
  const [sin, cos] = [Math.sin(hand.rotation), Math.cos(hand.rotation)];
  const rotated = lines.map((line) =>
    line.map(({ x, y }) => {
      const down = (y / 100 - 0.5) * hand.height;
      const right = (x / 100 - 0.3) * hand.width * hand.height - hand.slant * down;
      return { x: cos * right - sin * down, y: sin * right + cos * down };
    })
  );
  const [left, right] = range(rotated.flat().map(({ x }) => x));
  const [top, bottom] = range(rotated.flat().map(({ y }) => y));
  // A digit that is too large for the image is shrunk until it fits.
  const room = size - hand.thickness - 2;
  const scale = Math.min(1, room / (right - left), room / (bottom - top));
  const dx = offset(scale * left, scale * right, hand.shift[0], room);
  const dy = offset(scale * top, scale * bottom, hand.shift[1], room);
  return rotated.map((line) => line.map(({ x, y }) => ({ x: scale * x + dx, y: scale * y + dy })));
}

/** The offset that centers a range in the image, plus `shift`, limited to the available room. */
function offset(low: number, high: number, shift: number, room: number): number {
  const most = (room - (high - low)) / 2;
  return size / 2 - (low + high) / 2 + Math.min(most, Math.max(-most, shift));
}

function range(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * A Catmull-Rom spline through the points of a stroke, as a polyline. Corners stay sharp.
 */
function interpolate(stroke: Stroke): Polyline {
  const steps = 8;
  const line: Position[] = stroke.slice(0, 1);
  for (let i = 1; i < stroke.length; i++) {
    const [from, to] = [stroke[i - 1]!, stroke[i]!];
    const before = from.corner ? from : stroke[i - 2] ?? from;
    const after = to.corner ? to : stroke[i + 1] ?? to;
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      line.push({
        x: spline(before.x, from.x, to.x, after.x, t),
        y: spline(before.y, from.y, to.y, after.y, t),
      });
    }
  }
  return line;
}

function spline(before: number, from: number, to: number, after: number, t: number): number {
  const leaving = (to - before) / 2;
  const arriving = (after - from) / 2;
  return from + t * leaving +
    t * t * (3 * (to - from) - 2 * leaving - arriving) +
    t * t * t * (2 * (from - to) + leaving + arriving);
}

/** Draws a segment with a soft edge; overlapping ink is not added up. */
function addInk(
  ink: Float32Array,
  from: Position,
  to: Position,
  radius: number,
  softness: number,
): void {
  const reach = radius + softness;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const first = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const last = (a: number, b: number) => Math.min(size - 1, Math.ceil(Math.max(a, b) + reach));
  for (let row = first(from.y, to.y); row <= last(from.y, to.y); row++) {
    for (let column = first(from.x, to.x); column <= last(from.x, to.x); column++) {
      // The center of the pixel, relative to the start of the segment.
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / squared));
      const distance = Math.hypot(x - along * dx, y - along * dy);
      const coverage = Math.min(1, Math.max(0, (radius - distance) / softness + 0.5));
      ink[row * size + column] = Math.max(ink[row * size + column]!, coverage);
    }
  }
}
