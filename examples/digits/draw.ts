/**
 * Draws handwritten-looking digits: white ink on black in 28×28 pixels, as in MNIST.
 *
 * A drawing takes one of the digit's styles, moves its points a little, bends, slants and turns
 * the whole, and follows it with a soft round pen. All chance comes from the generator that the
 * caller gives, so any drawing can be repeated.
 *
 * @module
 */
import { between, normal, type Random, seededRandom } from "./random.ts";
import { type Point, type Stroke, styles } from "./strokes.ts";

/** The width and the height of a drawing, in pixels. */
export const size = 28;

/** How a digit is written: everything about a drawing but its strokes. */
export interface Hand {
  /** The height of an upright digit, in pixels. */
  readonly height: number;
  /** The width, relative to that which the strokes describe. */
  readonly width: number;
  /** How far the top leans to the right, as a part of the height. */
  readonly slant: number;
  /** The turn, in radians, clockwise. */
  readonly rotation: number;
  /** Where the middle of the digit stands from the middle of the image, in pixels. */
  readonly shift: readonly [right: number, down: number];
  /** How far points stray, in hundredths of the height. */
  readonly wobble: number;
  /** How thick the pen writes, in pixels. */
  readonly thickness: number;
  /** Over how many pixels the edge of the ink fades. */
  readonly softness: number;
  /** The grey of full ink, at most 255. */
  readonly brightness: number;
  /** The standard deviation of the grey that is added to every pixel. */
  readonly noise: number;
}

/** A drawing, and what it shows. */
export interface Drawing {
  /** The greys from 0 to 255, row by row. */
  readonly image: Uint8Array;
  readonly digit: number;
}

/** Short straight steps of the pen, from each position to the next. */
type Way = readonly Position[];

interface Position {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws a digit in some style and hand.
 *
 * @returns the greys from 0 to 255, row by row: `size` rows of `size` pixels.
 * @throws {RangeError} if `digit` is none of 0 to 9.
 */
export function drawDigit(digit: number, random: Random): Uint8Array {
  const ofDigit = Object.values(styles[digit] ?? {});
  const strokes = ofDigit[Math.floor(random() * ofDigit.length)];
  if (strokes === undefined) throw new RangeError(`Cannot draw ${digit}: it is not a digit`);
  return drawStrokes(strokes, someHand(random), random);
}

/** Draws `count` digits, 0 to 9 again and again. The same seed gives the same drawings. */
export function freshDrawings(count: number, seed: number): Drawing[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const digit = i % styles.length;
    return { image: drawDigit(digit, random), digit };
  });
}

/** A hand as any of many people might have. */
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

/** Draws strokes as a hand would write them. Chance moves points and adds noise. */
export function drawStrokes(strokes: readonly Stroke[], hand: Hand, random: Random): Uint8Array {
  const ink = new Float32Array(size * size);
  const ways = strokes.map((stroke) => bend(wobble(stroke, hand, random)));
  for (const way of place(ways, hand)) {
    // The pen is pressed a little more at one end than at the other.
    const pressure = between(random, -0.15, 0.15);
    for (const [i, to] of way.entries()) {
      const from = way[Math.max(0, i - 1)] ?? to;
      const radius = hand.thickness / 2 * (1 + pressure * (2 * i / way.length - 1));
      addInk(ink, from, to, radius, hand.softness);
    }
  }
  return Uint8Array.from(ink, (part) => {
    const grey = part * hand.brightness + (hand.noise > 0 ? hand.noise * normal(random) : 0);
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

/** Moves the ways of the pen from the box of the strokes to where they stand in the image. */
function place(ways: readonly Way[], hand: Hand): Way[] {
  const [sin, cos] = [Math.sin(hand.rotation), Math.cos(hand.rotation)];
  const turned = ways.map((way) =>
    way.map(({ x, y }) => {
      const down = (y / 100 - 0.5) * hand.height;
      const right = (x / 100 - 0.3) * hand.width * hand.height - hand.slant * down;
      return { x: cos * right - sin * down, y: sin * right + cos * down };
    })
  );
  const [left, right] = range(turned.flat().map(({ x }) => x));
  const [top, bottom] = range(turned.flat().map(({ y }) => y));
  // A digit that is too large for the image is shrunk until it fits.
  const room = size - hand.thickness - 2;
  const scale = Math.min(1, room / (right - left), room / (bottom - top));
  const toX = position(scale * left, scale * right, hand.shift[0], room);
  const toY = position(scale * top, scale * bottom, hand.shift[1], room);
  return turned.map((way) => way.map(({ x, y }) => ({ x: scale * x + toX, y: scale * y + toY })));
}

/** What brings `low` to `high` around the image's middle plus `shift`, but not out of the room. */
function position(low: number, high: number, shift: number, room: number): number {
  const most = (room - (high - low)) / 2;
  return size / 2 - (low + high) / 2 + Math.min(most, Math.max(-most, shift));
}

function range(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * The way of the pen in short straight steps: a Catmull-Rom spline through the points, which has
 * no bend across a corner.
 */
function bend(stroke: Stroke): Way {
  const steps = 8;
  const way: Position[] = stroke.slice(0, 1);
  for (let i = 1; i < stroke.length; i++) {
    const [from, to] = [stroke[i - 1]!, stroke[i]!];
    const before = from.corner ? from : stroke[i - 2] ?? from;
    const after = to.corner ? to : stroke[i + 1] ?? to;
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      way.push({
        x: spline(before.x, from.x, to.x, after.x, t),
        y: spline(before.y, from.y, to.y, after.y, t),
      });
    }
  }
  return way;
}

function spline(before: number, from: number, to: number, after: number, t: number): number {
  const leaving = (to - before) / 2;
  const arriving = (after - from) / 2;
  return from + t * leaving +
    t * t * (3 * (to - from) - 2 * leaving - arriving) +
    t * t * t * (2 * (from - to) + leaving + arriving);
}

/** Inks the pixels around a straight step of the pen, keeping what is darker there already. */
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
      // The pixel's middle, seen from the start of the step.
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / squared));
      const distance = Math.hypot(x - along * dx, y - along * dy);
      const part = Math.min(1, Math.max(0, (radius - distance) / softness + 0.5));
      ink[row * size + column] = Math.max(ink[row * size + column]!, part);
    }
  }
}
