/**
 * The transforms of Winograd convolution: their matrices (Bᵀ, G, Aᵀ), and kernels that apply them.
 *
 * Four tiles of a row are transformed side by side, one a lane.
 *
 * @module
 */
import * as w from "../wasm/assembler.ts";
import type { Code, Module, Scope } from "../wasm/assembler.ts";
import { tileColumns } from "./gemm.ts";

type Matrix = readonly (readonly number[])[];

/** By output tile size, the transforms of input, weights and result. */
const transforms: Readonly<
  Record<number, { input: Matrix; weights: Matrix; result: Matrix }>
> = {
  2: {
    input: [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
    weights: [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
    result: [[1, 1, 1, 0], [0, 1, -1, -1]],
  },
  4: {
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    weights: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    result: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

/** A matrix times a column of locals. */
function apply(m: Module, matrix: Matrix, column: readonly Code[]): Code[] {
  return matrix.map((row) => {
    // A term with coefficient 1 comes first if there is one, since it needs no multiplication.
    const one = row.indexOf(1), first = one < 0 ? row.findIndex((factor) => factor !== 0) : one;
    const begin = column[first]!;
    return row.reduce<Code>((sum, factor, i) => {
      if (i === first || factor === 0) return sum;
      if (factor === 1) return w.plus(sum, column[i]!);
      if (factor === -1) return w.minus(sum, column[i]!);
      return m.fma(column[i]!, w.constant(factor), sum);
    }, one < 0 ? w.times(begin, w.constant(row[first]!)) : begin);
  });
}

/** Assigns values to locals. */
function setAll(to: readonly Code[], values: readonly Code[]): Code {
  return values.flatMap((value, i) => w.set(to[i]!, value));
}

/** Puts the first, or the last, two lanes of two vectors in turns. */
const low = (x: Code, y: Code) => w.shuffle(x, y, [0, 4, 1, 5]);
const high = (x: Code, y: Code) => w.shuffle(x, y, [2, 6, 3, 7]);

/** Transposes a 4 × 4 matrix of vectors. */
function transpose(f: Scope, rows: readonly Code[]): [Code, Code[]] {
  const [a, b, c, d] = f.vectors();
  const [p, q, r, s] = rows as [Code, Code, Code, Code];
  return [
    setAll([a, b, c, d], [low(p, q), low(r, s), high(p, q), high(r, s)]),
    [[a, b], [c, d]].flatMap(([x, y]) => [
      w.shuffle(x!, y!, [0, 1, 4, 5]),
      w.shuffle(x!, y!, [2, 3, 6, 7]),
    ]),
  ];
}

/** `transformInput(image, pitch, plane, channels, to, placePitch)`: four tiles of each channel. */
export function transformInput(m: Module, size: number): number {
  return m.define(`transform ${size}`, 6, (f, image, pitch, plane, channels, to, placePitch) => {
    const side = size + 2;
    const [c, at] = f.ints();
    const rows = Array.from({ length: side }, () => f.vectorArray(side));
    const loads = f.vectorArray(5), column = f.vectorArray(side);
    const transform = (column: readonly Code[]) => apply(m, transforms[size]!.input, column);
    const loadAll = (offsets: readonly number[]) =>
      offsets.flatMap((offset, i) => w.set(loads[i]!, w.load(at, 4 * offset)));
    const gather = () => {
      if (size === 2) {
        const [a, b, c, d] = loads as [Code, Code, Code, Code];
        const even = [0, 2, 4, 6], odd = [1, 3, 5, 7];
        return [
          ...loadAll([0, 4, 2, 6]),
          ...setAll(column, [
            w.shuffle(a, b, even),
            w.shuffle(a, b, odd),
            w.shuffle(c, d, even),
            w.shuffle(c, d, odd),
          ]),
        ];
      }
      const [prepare, columns] = transpose(f, loads);
      return [
        ...loadAll([0, 4, 8, 12, 16]),
        ...prepare,
        ...setAll(column, columns),
        w.set(column[4]!, w.shuffle(column[0]!, loads[4]!, [1, 2, 3, 4])),
        w.set(column[5]!, w.shuffle(column[1]!, loads[4]!, [1, 2, 3, 5])),
      ];
    };
    return w.loop(c, 0, channels, 1, [
      w.set(at, image),
      ...rows.flatMap((row) => [
        ...gather(),
        ...setAll(row, transform(column)),
        w.set(at, w.add(at, pitch)),
      ]),
      w.set(at, to),
      ...column.flatMap((_, x) => [
        ...setAll(column, rows.map((row) => row[x]!)),
        ...transform(column).flatMap((value, y) =>
          w.store(w.add(at, w.mul(placePitch, y * side + x)), value)
        ),
      ]),
      w.set(image, w.add(image, plane)),
      w.set(to, w.add(to, 4 * tileColumns)),
    ]);
  });
}

/**
 * `transformWeights(from, pitch, to, placePitch, channels, step)`: four rows of weights. Each place
 * gets a panel with `step` bytes a channel, after biases of 0.
 */
export function transformWeights(m: Module, size: number): number {
  return m.define(`weights ${size}`, 6, (f, from, pitch, to, placePitch, channels, step) => {
    const side = size + 2, matrix = transforms[size]!.weights;
    const [c, at] = f.ints();
    const taps = f.vectorArray(9), rows = f.vectorArray(3 * side);
    const each = (values: readonly Code[]) => [
      w.set(at, to),
      ...values.flatMap((value) => [w.store(at, value), w.set(at, w.add(at, placePitch))]),
    ];
    const column = (values: readonly Code[], x: number) => values.filter((_, i) => i % 3 === x);
    return [
      each(new Array(side * side).fill(w.constant(0))),
      w.loop(c, 0, channels, 1, [
        w.set(to, w.add(to, step)),
        w.set(at, from),
        ...[0, 1, 2, 3].flatMap((lane) => [
          ...taps.flatMap((tap, i) => w.set(tap, w.loadLane(at, tap, lane, 4 * i))),
          w.set(at, w.add(at, pitch)),
        ]),
        ...[0, 1, 2].flatMap((x) =>
          apply(m, matrix, column(taps, x)).flatMap((value, y) => w.set(rows[3 * y + x]!, value))
        ),
        each(
          Array.from({ length: side }, (_, y) => apply(m, matrix, rows.slice(3 * y, 3 * y + 3)))
            .flat(),
        ),
        w.set(from, w.add(from, 36)),
      ]),
    ];
  });
}

/** `transformResult(from, placePitch, to, pitch)`: four tiles, into rows of pixels. */
export function transformResult(m: Module, size: number): number {
  return m.define(`result ${size}`, 4, (f, from, placePitch, to, pitch) => {
    const side = size + 2;
    const rows = Array.from({ length: side }, () => f.vectorArray(size));
    const column = f.vectorArray(side), values = f.vectorArray(size);
    const transform = (column: readonly Code[]) => apply(m, transforms[size]!.result, column);
    return [
      ...rows.flatMap((row) => [
        ...column.flatMap((value) => [
          w.set(value, w.load(from)),
          w.set(from, w.add(from, placePitch)),
        ]),
        ...setAll(row, transform(column)),
      ]),
      ...Array.from({ length: size }, (_, y) => y).flatMap((y) => {
        const mixed = values.flatMap((value, x) => [
          ...setAll(column, rows.map((row) => row[x]!)),
          w.set(value, transform(column)[y]!),
        ]);
        const [prepare, lines] = size === 4 ? transpose(f, values) : [[], [
          low(values[0]!, values[1]!),
          high(values[0]!, values[1]!),
        ]];
        return [
          ...mixed,
          ...prepare,
          ...lines.flatMap((line, x) => w.store(to, line, 16 * x)),
          w.set(to, w.add(to, pitch)),
        ];
      }),
    ];
  });
}
