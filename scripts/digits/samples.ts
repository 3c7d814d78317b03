/**
 * The sample drawings of the digits example: reproducible, each with a peculiarity.
 *
 * @module
 */
import { drawStrokes, type Hand } from "../../examples/digits/draw.ts";
import { seededRandom } from "../../examples/digits/random.ts";
import { styles } from "../../examples/digits/strokes.ts";

/** A drawing to be stored as a file. */
export interface Sample {
  /** The digit, `_`, and the peculiarity. */
  readonly name: string;
  readonly digit: number;
  readonly image: Uint8Array;
}

const plainHand: Hand = {
  height: 20,
  width: 1,
  slant: 0.08,
  rotation: 0,
  shift: [0, 0],
  wobble: 1.5,
  thickness: 2.4,
  softness: 1.3,
  brightness: 255,
  noise: 0,
};

/** Draws all samples. */
export function drawSamples(): Sample[] {
  const random = seededRandom(28);
  const sample = (name: string, style: string, special: Partial<Hand> = {}): Sample => {
    const digit = Number(name[0]);
    const strokes = styles[digit]?.[style];
    if (strokes === undefined) throw new TypeError(`Cannot draw ${name}: no style "${style}"`);
    return { name, digit, image: drawStrokes(strokes, { ...plainHand, ...special }, random) };
  };
  return [
    sample("0_narrow", "narrow"),
    sample("1_with_foot", "foot"),
    sample("1_leaning", "plain", { slant: 0.45 }),
    sample("2_looped", "looped"),
    sample("3_slanted", "round", { slant: 0.4, width: 0.9 }),
    sample("4_open", "cupped"),
    sample("4_closed", "closed"),
    sample("5_thin", "hat", { thickness: 1.4 }),
    sample("6_bold", "curved", { thickness: 3.8 }),
    sample("7_barred", "barred"),
    sample("8_noisy", "crossed", { brightness: 190, noise: 14 }),
    sample("9_small", "curved", { height: 16, shift: [3, -2] }),
  ];
}
