/**
 * 3 × 3 convolution by Winograd's F(2×2, 3×3) and F(4×4, 3×3).
 *
 * An output tile of 2 × 2 or 4 × 4 pixels takes 16 or 36 multiplications an input channel, in place
 * of 36 or 144: input tiles and weights are transformed, the elements at each place (position in a
 * transformed tile) form a matrix product over the channels, and its results are transformed back.
 * The more channels share the transforms, the more it saves.
 *
 * @see https://arxiv.org/abs/1509.09308
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { count, type Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import { Module, type Target } from "../wasm/assembler.ts";
import { type Finish, finishOf, residualOf, unfinished } from "./functions.ts";
import { multiply, tileColumns, tileRows } from "./gemm.ts";
import type { Tools } from "./services.ts";
import { instantiate } from "../wasm/instance.ts";
import { along, kernel, put, type Site, type Step } from "./kernel.ts";
import { padded } from "./pad.ts";
import { transformInput, transformResult, transformWeights } from "./transforms.ts";

/** How many panels of rows are computed before their results are transformed back. */
const group = 6;
/** The bytes of transformed pixels that are assumed to stay in cache. */
const cacheBytes = 1 << 19;
/** The fewest vectors of four tiles that a load of the transformed weights is used for. */
const sharing = 16;

/** The rows of tiles, and the vectors of four tiles in a row; dilation phases are a row apart. */
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

/** The output tile size, 2 or 4, with the least estimated time; 0 if another kernel is faster. */
export function tileSize(node: Node<"conv2d">): number {
  const { kernel, stride, group } = node.attributes;
  if (kernel.some((extent) => extent !== 3)) return 0;
  if ([...stride, group].some((value) => value !== 1)) return 0;
  const [outputs, inputs] = node.inputs[1]!.shape as [number, number];
  if (Math.min(outputs, inputs) < 16) return 0;
  /** Multiplications, loads of the weights at each place (as two more vectors), and transforms. */
  const cost = (fours: number, places: number, overhead: number) =>
    places * (fours + 2) + fours * places * overhead * (1 / inputs + 1 / outputs);
  const [samples, , ...extents] = node.output.shape as Shape4;
  const costOf = (size: number) => {
    const [rows, fours] = tilesOf(node, size);
    return cost(samples * rows * fours, (size + 2) ** 2, 8);
  };
  const two = costOf(2), four = costOf(4);
  const direct = cost(samples * count(extents) / 4, 9, 1);
  if (direct < Math.min(two, four)) return 0;
  return two < four ? 2 : 4;
}

/** A 3 × 3 convolution by F(size × size, 3 × 3). */
export function winograd(site: Site, node: Node<"conv2d">, size: number): Step[] {
  const { attributes: { pad, bias }, inputs: [input, , biases], output } = node;
  const [batch, outputs, height, width] = output.shape as Shape4;
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
    // deno-fmt-ignore
    parameters: [
      image.address, 4 * channels * image.height * image.width,
      4 * image.height * image.width, 4 * image.width,
      packedWeights(site, node, size), 4 * outputs * (channels + 1), site.address(output),
      residualOf(site, node), bias ? site.address(biases!) : 0, channels, outputs, rows, some,
      fours, blocks, panels, blockPanels, rowBlocks, height, width, pixelBytes, resultBytes,
    ],
    chunks: batch * blocks * rowBlocks,
  });
  return steps;
}

/** The address of the transformed weights: packed panels for each place. */
function packedWeights(site: Site, node: Node<"conv2d">, size: number): number {
  const { arena, tools } = site.engine, weights = node.inputs[1]!;
  const [outputs, inputs] = weights.shape as [number, number];
  const placeLength = outputs * (inputs + 1), pitch = 36 * inputs;
  const length = (size + 2) ** 2 * placeLength;
  return site.packed(`winograd ${size}`, [weights], length, ({ byteOffset: to }, data) => {
    // With room to read beyond the last row.
    const from = arena.allocate(pitch * (outputs + tileRows));
    arena.floats(from, data!.length).set(data!);
    // A narrow panel is written at full width; writing backwards lets the next one overwrite the
    // excess.
    for (let first = outputs - (outputs % tileRows || tileRows); first >= 0; first -= tileRows) {
      const step = 4 * Math.min(tileRows, outputs - first);
      tools[size]!(
        from + first * pitch,
        pitch,
        to + 4 * first * (inputs + 1),
        4 * placeLength,
        inputs,
        step,
      );
    }
    arena.release(from);
  });
}

/** The functions that transform weights, by tile size. */
export async function makeTools(target: Target, memory: WebAssembly.Memory): Promise<Tools> {
  const m = new Module(target), sizes = [2, 4];
  const indices = sizes.map((size) => transformWeights(m, size));
  const { functions } = await instantiate(m, memory);
  return Object.fromEntries(sizes.map((size, i) => [size, functions[indices[i]!]])) as Tools;
}

/** The kernel of a chunk: some channels of some rows of tiles. */
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
      const [n, rowBlock, tileRow, tiles, columns, four, place, panel, end, panelCount] = f.ints();
      const [isLast, row, y, x, rowCount, results, line, at, bottom] = f.ints();
      const [value, offset] = f.vectors();
      const places = (size + 2) ** 2;
      const lineBytes = w.mul(fours, 16 * size);
      const ofRow = w.add(w.mul(panel, tileRows), row);
      return [
        w.set(n, w.div(w.div(chunk, blocks), rowBlocks)),
        w.set(rowBlock, w.rem(w.div(chunk, blocks), rowBlocks)),
        w.set(tileRow, w.mul(w.rem(chunk, blocks), some)),
        w.set(tiles, w.mul(w.least(some, w.sub(rows, tileRow)), fours)),
        w.set(columns, w.mul(w.div(w.add(tiles, 1), 2), tileColumns)),
        w.set(results, w.add(own, pixelBytes)),
        w.set(line, w.add(results, w.mul(resultBytes, places))),
        w.loop(four, 0, tiles, 1, [
          w.call(
            transformInput(m, size),
            w.add(
              image,
              w.mul(n, imageBytes),
              w.mul(w.rem(four, fours), 16 * size),
              w.mul(w.add(tileRow, w.div(four, fours)), size, pitch),
            ),
            pitch,
            plane,
            channels,
            w.add(own, w.mul(w.div(four, 2), channels, 4 * tileColumns), w.mul(w.rem(four, 2), 16)),
            w.mul(columns, channels, 4),
          ),
        ]),
        w.set(end, w.least(panels, w.mul(w.add(rowBlock, 1), blockPanels))),
        w.loop(panel, w.mul(rowBlock, blockPanels), end, group, [
          w.set(panelCount, w.least(group, w.sub(end, panel))),
          w.set(isLast, w.equal(w.add(panel, panelCount), panels)),
          w.loop(place, 0, places, 1, [
            w.call(
              multiply(m, rest, unfinished),
              w.add(
                weights,
                w.mul(place, placeBytes),
                w.mul(panel, w.add(channels, 1), 4 * tileRows),
              ),
              panelCount,
              isLast,
              w.add(own, w.mul(place, columns, channels, 4)),
              columns,
              w.add(results, w.mul(place, resultBytes)),
              w.mul(columns, 4),
              channels,
              0,
              0,
            ),
          ]),
          w.set(rowCount, w.add(w.mul(panelCount, tileRows), w.mul(isLast, rest))),
          w.loop(row, 0, rowCount, 1, [
            w.set(offset, bias ? w.loadSplat(w.add(biases, w.mul(ofRow, 4))) : w.constant(0)),
            w.loop(four, 0, tiles, 1, [
              w.call(
                transformResult(m, size),
                w.add(results, w.mul(row, columns, 4), w.mul(four, 16)),
                resultBytes,
                w.add(line, w.mul(w.rem(four, fours), 16 * size)),
                lineBytes,
              ),
              // After the last vector of a row: stores what lies inside the image.
              w.when(w.equal(w.rem(w.add(four, 1), fours), 0), [
                w.set(y, w.mul(w.add(tileRow, w.div(four, fours)), size)),
                w.set(bottom, w.least(size, w.sub(height, y))),
                w.set(at, w.mul(w.add(w.mul(w.add(w.mul(n, outputs), ofRow), height), y), width)),
                w.set(at, w.mul(at, 4)),
                w.loop(y, 0, bottom, 1, [
                  along(x, width, narrow, [
                    w.set(value, w.load(w.add(line, w.mul(y, lineBytes), w.mul(x, 4)))),
                    w.set(value, w.plus(offset, value)),
                    ...put(narrow)(
                      w.add(output, at, w.mul(x, 4)),
                      finish.apply(m, f, value, w.load(w.add(residual, at, w.mul(x, 4)))),
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
