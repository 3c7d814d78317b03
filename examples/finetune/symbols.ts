/**
 * Ten hand-drawn symbols: for each symbol its styles, and for each style its strokes.
 *
 * @module
 */
import { drawStrokes, someHand } from "../digits/draw.ts";
import { type Random, seededRandom } from "../digits/random.ts";
import { type Stroke, stroke } from "../digits/strokes.ts";

/** The names of the symbols, in the order of the network's classes. */
export const names = [
  "plus",
  "cross",
  "triangle",
  "square",
  "heart",
  "star",
  "check",
  "lightning",
  "arrow",
  "wave",
] as const;

/** A drawing, and its symbol as an index into {@linkcode names}. */
export interface SymbolDrawing {
  /** The grey values from 0 to 255, in row-major order. */
  readonly image: Uint8Array;
  readonly symbol: number;
}

/** The strokes of each style of a symbol, in the format of `examples/digits/strokes.ts`. */
const styles: Readonly<Record<typeof names[number], readonly (readonly Stroke[])[]>> = {
  plus: [
    [stroke("30,10 30,90"), stroke("0,50 60,50")],
    [stroke("4,52 58,48"), stroke("31,14 29,88")],
  ],
  cross: [
    [stroke("2,12 58,90"), stroke("58,12 2,90")],
    [stroke("6,18 54,84"), stroke("52,14 8,88")],
  ],
  triangle: [
    [stroke("30,8 60,90! 0,90! 30,8")],
    [stroke("32,12 2,86! 58,88! 32,12")],
  ],
  square: [
    [stroke("2,16 58,16! 58,88! 2,88! 2,16")],
    [stroke("4,18 4,86! 57,86! 56,18! 4,18")],
  ],
  heart: [
    [stroke("30,32 18,12 2,22 4,48 30,92! 56,48 58,22 42,12 30,32")],
    [stroke("30,92 3,50 3,20 20,12 30,34! 40,12 57,20 57,50 30,92")],
  ],
  star: [
    [stroke("12,94 30,6! 48,94! 0,38! 60,38! 12,94")],
    [stroke("30,10 30,90"), stroke("2,28 58,72"), stroke("58,28 2,72")],
  ],
  check: [
    [stroke("2,54 22,84! 60,14")],
    [stroke("4,60 12,66 20,86! 36,46 58,18")],
  ],
  lightning: [
    [stroke("42,4 10,52! 46,48! 16,96")],
    [stroke("40,6 14,54! 44,52! 22,94")],
  ],
  arrow: [
    [stroke("0,50 60,50"), stroke("38,24 60,50! 38,78")],
    [stroke("30,94 30,8"), stroke("8,34 30,8! 52,34")],
  ],
  wave: [
    [stroke("0,56 10,36 20,50 30,66 40,50 50,36 60,48")],
    [stroke("0,44 12,62 24,46 36,36 48,54 60,60")],
  ],
};

/** Draws `count` symbols, all in turn. The same seed gives the same drawings. */
export function freshSymbols(count: number, seed: number): SymbolDrawing[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const symbol = i % names.length;
    return { image: drawSymbol(symbol, random), symbol };
  });
}

function drawSymbol(symbol: number, random: Random): Uint8Array {
  const ofSymbol = styles[names[symbol]!];
  const strokes = ofSymbol[Math.floor(random() * ofSymbol.length)]!;
  return drawStrokes(strokes, someHand(random), random);
}
