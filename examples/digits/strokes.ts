/**
 * The handwritten forms of the ten digits: for each digit its styles, and for each style its strokes.
 *
 * A stroke is a list of points, `x,y`, in a box 60 wide and 100 high with y downward. It is a smooth
 * curve through all points, with corners at those marked `!`.
 *
 * @module
 */

/** A point of a stroke. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Whether the stroke has a corner here. */
  readonly corner: boolean;
}

/** The points of one pen movement. */
export type Stroke = readonly Point[];

/** The strokes of each style by name; the digit is the index in this array. */
export const styles: readonly Readonly<Record<string, readonly Stroke[]>>[] = [
  {
    round: [stroke("34,3 12,14 3,45 10,85 30,98 50,84 57,48 48,14 30,2")],
    narrow: [stroke("32,2 18,18 12,50 17,83 30,98 44,82 48,48 43,16 30,2")],
    overlapping: [stroke("42,12 26,3 8,22 4,56 14,90 34,97 53,76 56,38 44,10 26,5 18,12")],
  },
  {
    plain: [stroke("30,2 30,98")],
    bent: [stroke("34,2 30,50 30,98")],
    flag: [stroke("13,24 32,2! 31,98")],
    foot: [stroke("12,22 31,2! 31,98"), stroke("10,98 53,97")],
  },
  {
    plain: [stroke("6,24 14,7 32,1 50,12 51,32 36,60 4,97! 57,96")],
    looped: [stroke("6,24 16,6 34,2 50,14 48,38 28,72 11,95 3,88 13,79 30,88 46,98 58,90")],
    wavy: [stroke("8,16 28,2 49,13 47,36 30,62 4,96! 22,90 42,98 58,89")],
  },
  {
    round: [stroke("8,12 28,1 50,12 47,35 24,47! 51,60 54,82 30,99 4,86")],
    flat: [stroke("8,4 53,3! 25,41! 50,53 54,78 32,99 5,88")],
    looped: [stroke("7,14 26,1 48,12 45,34 26,48 19,43 30,43 51,59 53,84 28,99 3,88")],
  },
  {
    open: [stroke("14,5 6,58! 57,57"), stroke("42,22 40,98")],
    closed: [stroke("42,98 43,2! 3,66! 58,65")],
    cupped: [stroke("9,4 6,38 16,54 44,48"), stroke("50,2 45,48 43,98")],
  },
  {
    plain: [stroke("52,3 14,4! 10,43! 34,36 54,54 51,84 28,99 3,88")],
    hat: [stroke("13,6 10,46! 34,38 54,56 50,86 26,99 3,90"), stroke("13,6 55,3")],
    curved: [stroke("54,5 24,5 12,22 21,41 44,54 50,76 32,97 5,90")],
  },
  {
    curved: [stroke("45,2 20,24 6,60 12,90 32,99 52,86 52,64 34,53 15,62 8,78")],
    straight: [stroke("38,1 14,44 6,74 20,97 44,94 53,75 42,57 22,59 8,76")],
    hooked: [stroke("53,14 39,2 17,20 5,58 12,91 32,99 51,87 51,64 33,55 13,66")],
  },
  {
    plain: [stroke("4,4 55,4! 24,98")],
    barred: [stroke("4,5 56,4! 26,98"), stroke("16,50 52,47")],
    serif: [stroke("4,18 5,5! 30,7 56,3! 36,44 27,98")],
  },
  {
    crossed: [stroke("46,14 28,2 10,14 16,36 42,56 54,80 30,99 6,80 18,57 44,36 50,18 42,8")],
    rings: [
      stroke("30,47 12,36 12,12 30,2 48,12 48,36 30,47"),
      stroke("30,47 6,60 6,86 30,99 54,86 54,60 30,47"),
    ],
    narrow: [stroke("44,10 28,3 15,15 20,36 38,56 46,80 30,98 14,81 22,58 40,36 46,16 40,6")],
  },
  {
    straight: [stroke("50,18 34,2 10,12 6,36 24,51 44,40 52,12! 48,98")],
    curved: [stroke("50,20 34,2 10,11 6,37 24,50 44,40 52,14! 51,58 38,92 10,97")],
    leaning: [stroke("48,16 32,2 12,14 9,36 24,47 42,36 50,10! 40,56 22,98")],
  },
];

/** Parses the points of a stroke. */
export function stroke(points: string): Stroke {
  return points.split(" ").map((point) => {
    const [x, y] = point.replace("!", "").split(",").map(Number);
    if (x === undefined || y === undefined) throw new TypeError(`Cannot read point "${point}"`);
    return { x, y, corner: point.endsWith("!") };
  });
}
