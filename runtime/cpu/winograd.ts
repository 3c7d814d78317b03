/**
 * Convolution by 3 × 3 windows with less than half of the multiplications.
 *
 * Tiles of 2 × 2 or 4 × 4 pixels are computed from 16 or 36 products an input channel, in place of 36
 * or 144: the tile that they read and the weights are transformed by small matrices, so that products
 * of the same place make up one matrix product; the results are transformed back. It saves the more,
 * the more channels share the transforms.
 *
 * @see https://arxiv.org/abs/1509.09308
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { count } from "../tensor.ts";
import * as w from "./assembler.ts";
import { Module, type Target } from "./assembler.ts";
import { residualOf } from "./conv2d.ts";
import { type Finish, finishOf } from "./functions.ts";
import { multiply, tileColumns, tileRows } from "./gemm.ts";
import type { Tools } from "./host.ts";
import { instantiate } from "./instance.ts";
import { along, kernel, put, type Site, type Step } from "./kernel.ts";
import { padded } from "./pad.ts";
import { transformInput, transformResult, transformWeights } from "./transforms.ts";

/** So many panels of rows are computed before their results are transformed. */
const group = 6;
/** So many bytes of transformed pixels stay in the cache. */
const cacheBytes = 1 << 19;
/** So many fours at least share weights that come from memory, cached or not. */
const sharing = 16;

/** How many rows of tiles there are, and how many fours in a row; phases are a row apart. */
export function tilesOf(
  { attributes: { dilation: [down, across] }, output }: Node<"conv2d">,
  size: number,
): [rows: number, fours: number] {
  const phases = down * across, rows = Math.ceil(output.shape[2]! / down / size);
  return [
    phases > 1 ? phases * (rows + 1) : rows,
    Math.ceil(output.shape[3]! / across / size / 4),
  ];
}

/** The size of tiles that a convolution takes least time with; 0 if it is not one of these. */
export function tileSize(node: Node<"conv2d">): number {
  const { kernel, stride, group } = node.attributes;
  if (`${kernel} ${stride} ${group}` !== "3,3 1,1 1") return 0;
  const [outputs, inputs] = node.inputs[1]!.shape as [number, number];
  if (Math.min(outputs, inputs) < 16) return 0;
  /** Products, each place of the weights once more as they come from memory, and transforms. */
  const cost = (fours: number, places: number, overhead: number) =>
    places * (fours + 2) + fours * places * overhead * (1 / inputs + 1 / outputs);
  const costs = [2, 4].map((size) => {
    const [rows, fours] = tilesOf(node, size);
    return cost(node.output.shape[0]! * rows * fours, (size + 2) ** 2, 8);
  });
  const direct = cost(node.output.shape[0]! * count(node.output.shape.slice(2)) / 4, 9, 1);
  const [two, four] = costs as [number, number];
  return Math.min(two, four) > direct ? 0 : two < four ? 2 : 4;
}

/** A convolution by tiles of `size` × `size` pixels. */
export function winograd(site: Site, node: Node<"conv2d">, size: number): Step[] {
  const { attributes: { pad, bias }, inputs: [input, , biases], output } = node;
  const [batch, outputs, height, width] = output.shape as [number, number, number, number];
  const channels = input!.shape[1]!, places = (size + 2) ** 2;
  const [rows, fours] = tilesOf(node, size);
  const [image, steps] = padded(site, input!, pad, [
    rows * size + 2 - pad[0],
    4 * fours * size + 2 - pad[1],
  ]);
  const wanted = site.threads;
  const fit = Math.floor(cacheBytes / (16 * places * channels * fours));
  const least = Math.max(fit, Math.ceil(sharing / fours));
  const some = Math.ceil(rows / Math.max(1, Math.floor(rows / least)));
  const blocks = Math.ceil(rows / some);
  const panels = Math.floor(outputs / tileRows), rest = outputs % tileRows;
  const blockPanels = Math.max(group, Math.ceil(panels / Math.ceil(wanted / (batch * blocks))));
  const rowBlocks = Math.ceil(panels / blockPanels);
  const columns = Math.ceil(some * fours / 2) * tileColumns;
  const pixelBytes = 4 * places * channels * columns;
  const resultBytes = 4 * (group + 1) * tileRows * columns;
  const line = 16 * fours * size;
  site.reserve(pixelBytes + places * resultBytes + size * line);
  steps.push({
    kernel: convolve(site.module, size, rest, bias, width < 4, finishOf(node.attributes)),
    parameters: [
      ...[image.address, 4 * channels * image.height * image.width],
      ...[4 * image.height * image.width, 4 * image.width],
      ...[packedWeights(site, node, size), 4 * outputs * (channels + 1), site.address(output)],
      ...[residualOf(site, node), bias ? site.address(biases!) : 0, channels, outputs, rows, some],
      ...[fours, blocks, panels, blockPanels, rowBlocks, height, width, pixelBytes, resultBytes],
    ],
    chunks: batch * blocks * rowBlocks,
  });
  return steps;
}

/** The transformed weights: for each place the panels of a matrix product. */
function packedWeights(site: Site, node: Node<"conv2d">, size: number): number {
  const { arena, tools } = site.engine, weights = node.inputs[1]!;
  const [outputs, inputs] = weights.shape as [number, number];
  const placeLength = outputs * (inputs + 1), pitch = 36 * inputs;
  const length = (size + 2) ** 2 * placeLength;
  return site.packed(`winograd ${size}`, [weights], length, ({ byteOffset: to }, data) => {
    // With rows to read beyond the last.
    const from = arena.allocate(pitch * (outputs + tileRows));
    arena.floats(from, data!.length).set(data!);
    // Of narrower panels more is written than counts: it belongs to what is written later.
    for (let first = outputs - (outputs % tileRows || tileRows); first >= 0; first -= tileRows) {
      const step = 4 * Math.min(tileRows, outputs - first);
      tools[size]!(
        ...[from + first * pitch, pitch, to + 4 * first * (inputs + 1), 4 * placeLength] as const,
        ...[inputs, step] as const,
      );
    }
    arena.release(from);
  });
}

/** What transforms weights, by the size of tiles. */
export async function makeTools(target: Target, memory: WebAssembly.Memory): Promise<Tools> {
  const m = new Module(target), sizes = [2, 4];
  const indices = sizes.map((size) => transformWeights(m, size));
  const { functions } = await instantiate(m, memory);
  return Object.fromEntries(sizes.map((size, i) => [size, functions[indices[i]!]])) as Tools;
}

/** Some channels of some rows of tiles. */
function convolve(
  m: Module,
  size: number,
  rest: number,
  bias: boolean,
  narrow: boolean,
  finish: Finish,
): number {
  return kernel(
    m,
    `winograd ${size} ${rest} ${bias} ${narrow} ${finish.name}`,
    (f, chunk, own, fields) => {
      // deno-fmt-ignore
      const [
        image, imageBytes, plane, pitch, weights, placeBytes, output, residual, biases, channels,
        outputs, rows, some, fours, blocks, panels, blockPanels, rowBlocks, height, width, pixelBytes,
        resultBytes,
      ] = fields;
      const [n, r, tileRow, tiles, columns, i, place, panel, end, now] = f.ints();
      const [last, row, y, x, count, results, line, at, bottom] = f.ints();
      const [value, offset] = [f.vector(), f.vector()];
      const places = (size + 2) ** 2;
      const lineBytes = w.mul(fours, 16 * size);
      const ofRow = w.add(w.mul(panel, tileRows), row);
      return [
        w.set(n, w.div(w.div(chunk, blocks), rowBlocks)),
        w.set(r, w.rem(w.div(chunk, blocks), rowBlocks)),
        w.set(tileRow, w.mul(w.rem(chunk, blocks), some)),
        w.set(tiles, w.mul(w.least(some, w.sub(rows, tileRow)), fours)),
        w.set(columns, w.mul(w.div(w.add(tiles, 1), 2), tileColumns)),
        w.set(results, w.add(own, pixelBytes)),
        w.set(line, w.add(results, w.mul(resultBytes, places))),
        w.loop(i, 0, tiles, 1, [
          w.call(
            transformInput(m, size),
            w.add(
              image,
              w.mul(n, imageBytes),
              w.mul(w.rem(i, fours), 16 * size),
              w.mul(w.add(tileRow, w.div(i, fours)), size, pitch),
            ),
            pitch,
            plane,
            channels,
            w.add(own, w.mul(w.div(i, 2), channels, 4 * tileColumns), w.mul(w.rem(i, 2), 16)),
            w.mul(columns, channels, 4),
          ),
        ]),
        w.set(end, w.least(panels, w.mul(w.add(r, 1), blockPanels))),
        w.loop(panel, w.mul(r, blockPanels), end, group, [
          w.set(now, w.least(group, w.sub(end, panel))),
          w.set(last, w.equal(w.add(panel, now), panels)),
          w.loop(place, 0, places, 1, [
            w.call(
              multiply(m, rest, { name: "", residual: false, apply: (_m, _f, x) => x }),
              w.add(
                weights,
                w.mul(place, placeBytes),
                w.mul(panel, w.add(channels, 1), 4 * tileRows),
              ),
              ...[now, last, w.add(own, w.mul(place, columns, channels, 4)), columns],
              ...[w.add(results, w.mul(place, resultBytes)), w.mul(columns, 4), channels, 0, 0],
            ),
          ]),
          w.set(count, w.add(w.mul(now, tileRows), w.mul(last, rest))),
          w.loop(row, 0, count, 1, [
            w.set(
              offset,
              bias ? w.loadSplat(w.add(biases, w.mul(ofRow, 4))) : w.constant(0),
            ),
            w.loop(i, 0, tiles, 1, [
              w.call(
                transformResult(m, size),
                w.add(results, w.mul(row, columns, 4), w.mul(i, 16)),
                resultBytes,
                w.add(line, w.mul(w.rem(i, fours), 16 * size)),
                lineBytes,
              ),
              // After the last four of a row: what lies inside the image is stored.
              w.when(w.equal(w.rem(w.add(i, 1), fours), 0), [
                w.set(y, w.mul(w.add(tileRow, w.div(i, fours)), size)),
                w.set(bottom, w.least(size, w.sub(height, y))),
                w.set(
                  at,
                  w.mul(w.add(w.mul(w.add(w.mul(n, outputs), ofRow), height), y), width, 4),
                ),
                w.loop(y, 0, bottom, 1, [
                  along(x, width, narrow, [
                    w.set(
                      value,
                      w.plus(
                        offset,
                        w.load(w.add(line, w.mul(y, lineBytes), w.mul(x, 4))),
                      ),
                    ),
                    ...finish.residual
                      ? w.set(
                        value,
                        w.plus(value, w.load(w.add(residual, at, w.mul(x, 4)))),
                      )
                      : [],
                    ...put(narrow)(
                      w.add(output, at, w.mul(x, 4)),
                      finish.apply(m, f, value),
                    ),
                  ]),
                  w.set(at, w.add(at, w.mul(width, 4))),
                ]),
              ]),
            ]),
          ]),
        ]),
      ];
    },
  );
}
