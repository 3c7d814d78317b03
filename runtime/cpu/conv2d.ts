/**
 * Convolution as an implicit GEMM: weights `[outputs, taps]` times im2col columns `[taps, pixels]`.
 *
 * The im2col matrix is never whole in memory: each chunk packs the panels of its own pixels, which
 * stay in cache while all panels of weights pass by. Two tables locate a window's elements: the
 * offset of each pixel's first tap, and of each tap within a window.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { count, type Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code, Module } from "../wasm/assembler.ts";
import { type Finish, finishOf, residualOf } from "./functions.ts";
import { multiply, packRows, tileColumns, tileRows } from "./gemm.ts";
import { gather, kernel, type Site, type Step } from "./kernel.ts";
import { move } from "./move.ts";
import { padded, windowsEnd } from "./pad.ts";

/** The bytes of packed pixels that are assumed to stay in cache. */
const cacheBytes = 1 << 19;
/** The fewest pixels of a chunk. */
const fewestPixels = 48;
/** The fewest pixels to which a chunk is cut so that every thread has work. */
const fewestPerThread = 192;
/** The fewest panels of weights of a chunk, for which its pixels are packed. */
const fewestPanels = 4;

/** The addresses of the weights (packed panels, group after group), the output and the residual. */
interface Matrices {
  readonly weights: number;
  readonly output: number;
  readonly residual: number;
}

/** The address of the weights packed as panels of rows, group after group. */
function packedWeights(site: Site, node: Node<"conv2d">, rows: number): number {
  const { bias } = node.attributes;
  const [, weights, biases] = node.inputs;
  const depth = count(weights!.shape.slice(1));
  return site.packed(
    `rows of ${rows}`,
    bias ? [weights!, biases!] : [weights!],
    weights!.shape[0]! * (depth + 1),
    (to, data, offset) => packRows(rows, depth, to, data!, offset),
  );
}

/** The general kernel, for any convolution. */
export function conv2d(site: Site, node: Node<"conv2d">): Step[] {
  return implicitGemm(site, node, {
    weights: packedWeights(site, node, node.output.shape[1]! / node.attributes.group),
    output: site.address(node.output),
    residual: residualOf(site, node),
  });
}

/** A convolution with its matrices at given addresses; of the inputs, only the first is used. */
export function implicitGemm(site: Site, node: Node<"conv2d">, matrices: Matrices): Step[] {
  const { kernel: taps, stride, pad, dilation, group } = node.attributes;
  const [input] = node.inputs, { output } = node;
  const [batch, channels] = input!.shape as Shape4;
  const [, outputs, rows, columns] = output.shape as Shape4;
  const [image, steps] = padded(site, input!, pad, windowsEnd(node.attributes, output));
  const plane = image.height * image.width;
  const groupInputs = channels / group, groupOutputs = outputs / group;
  const pixels = rows * columns, wide = Math.max(pixels, tileColumns);
  const depth = groupInputs * taps[0] * taps[1];

  const fillPixels = (table: Int32Array) => {
    let i = 0;
    for (let row = 0; row < rows; row++) {
      const start = row * stride[0] * image.width;
      for (let column = 0; column < columns; column++) {
        table[i++] = 4 * (start + column * stride[1]);
      }
    }
    table.fill(table[i - 1]!, i);
  };
  const tapTable = Array.from({ length: depth }, (_, i) => {
    const c = Math.floor(i / (taps[0] * taps[1]));
    const h = Math.floor(i / taps[1]) % taps[0], x = i % taps[1];
    return 4 * (c * plane + h * dilation[0] * image.width + x * dilation[1]);
  });

  const panels = Math.floor(groupOutputs / tileRows), rest = groupOutputs % tileRows;
  const wanted = site.threads === 1 ? 1 : Math.ceil(2 * site.threads / (batch * group));
  // As many pixels as fit in cache, or fewer so that every thread has work.
  const limit = Math.min(cacheBytes / (4 * depth), Math.max(fewestPerThread, pixels / wanted));
  const parts = Math.ceil(pixels / Math.max(fewestPixels, limit));
  const block = Math.min(wide, Math.ceil(pixels / parts / tileColumns) * tileColumns);
  const pixelBlocks = Math.ceil(pixels / block);
  // Where there are fewer blocks of pixels than chunks wanted, the weights are cut as well.
  const wantedRows = Math.ceil(wanted / pixelBlocks);
  const blockPanels = Math.max(fewestPanels, Math.ceil(panels / wantedRows));
  const rowBlocks = Math.max(1, Math.ceil(panels / blockPanels));
  site.reserve(4 * Math.ceil(block / tileColumns) * tileColumns * depth);
  // An output of fewer than eight pixels is computed as if it had eight.
  const isNarrow = wide > pixels;
  const to = isNarrow ? site.scratch(4 * batch * outputs * wide) : matrices.output;
  steps.push({
    kernel: convolve(site.module, finishOf(node.attributes), rest, stride[1]),
    parameters: [
      image.address,
      4 * channels * plane,
      4 * groupInputs * plane,
      site.largeTable(wide, fillPixels),
      site.table(tapTable),
      depth,
      matrices.weights,
      4 * groupOutputs * (depth + 1),
      to,
      matrices.residual,
      pixels,
      wide,
      block,
      pixelBlocks,
      panels,
      blockPanels,
      rowBlocks,
      group,
      groupOutputs,
    ],
    chunks: batch * group * rowBlocks * pixelBlocks,
  });
  if (isNarrow) {
    steps.push(move(site, to, matrices.output, [
      { extent: batch * outputs, from: wide, to: pixels },
      { extent: pixels, from: 1, to: 1 },
    ]));
  }
  return steps;
}

/** The kernel of a chunk: a block of weight panels by a block of pixels. */
function convolve(m: Module, finish: Finish, rest: number, stride: number): number {
  return kernel(
    m,
    `convolve ${finish.name} ${rest} ${stride}`,
    (f, chunk, own, fields) => {
      const [
        image,
        imageBytes,
        groupBytes,
        pixelTable,
        tapTable,
        depth,
        weights,
        groupWeights,
        output,
        residual,
        pixels,
        wide,
        block,
        pixelBlocks,
        panels,
        blockPanels,
        rowBlocks,
        group,
        groupOutputs,
      ] = fields;
      const [pixel, pixelCount, rowBlock, g, n, panel, panelCount, isLast, row, line] = f.ints();
      // The address of the block in a matrix whose lines are the channels of all samples.
      const placeIn = (matrix: Code, length: Code) =>
        w.add(matrix, w.mul(w.add(w.mul(line, length), pixel), 4));
      return [
        w.set(pixel, w.least(w.mul(w.rem(chunk, pixelBlocks), block), w.sub(wide, tileColumns))),
        w.set(rowBlock, w.div(chunk, pixelBlocks)),
        w.set(g, w.div(rowBlock, rowBlocks)),
        w.set(n, w.div(g, group)),
        w.set(rowBlock, w.rem(rowBlock, rowBlocks)),
        w.set(g, w.rem(g, group)),
        w.set(panel, w.mul(rowBlock, blockPanels)),
        w.set(panelCount, w.least(blockPanels, w.sub(panels, panel))),
        w.set(isLast, w.equal(w.add(rowBlock, 1), rowBlocks)),
        w.set(row, w.mul(panel, tileRows)),
        w.set(line, w.add(w.mul(w.add(w.mul(n, group), g), groupOutputs), row)),
        w.set(pixelCount, w.least(block, w.sub(wide, pixel))),
        w.call(
          pack(m, stride),
          w.add(image, w.mul(n, imageBytes), w.mul(g, groupBytes)),
          w.add(pixelTable, w.mul(pixel, 4)),
          pixelCount,
          tapTable,
          depth,
          own,
        ),
        w.call(
          multiply(m, rest, finish),
          w.add(weights, w.mul(g, groupWeights), w.mul(row, w.add(depth, 1), 4)),
          panelCount,
          isLast,
          own,
          pixelCount,
          placeIn(output, wide),
          w.mul(wide, 4),
          depth,
          placeIn(residual, pixels),
          w.mul(pixels, 4),
        ),
      ];
    },
  );
}

/**
 * `pack(image, pixelTable, columns, tapTable, depth, to)`: im2col into panels of eight pixels. Four
 * neighbouring pixels are copied at once.
 *
 * @param stride The floats from a window to its neighbour.
 */
function pack(m: Module, stride: number): number {
  return m.define(`pack ${stride}`, 6, (f, image, pixelTable, columns, tapTable, depth, to) => {
    const [x, tap, from, table] = f.ints();
    const offsets = Array.from({ length: tileColumns }, () => f.int());
    const distance = (a: number, b: number) => w.sub(offsets[b]!, offsets[a]!);
    const taps = (body: Code): Code =>
      w.loop(tap, 0, depth, 1, [
        w.set(from, w.add(image, w.loadInt(w.add(tapTable, w.mul(tap, 4))))),
        body,
        w.set(to, w.add(to, 4 * tileColumns)),
      ]);
    const both = (four: (first: number) => Code) =>
      taps([0, 4].map((first) => w.store(to, four(first), 4 * first)));
    const start = (first: number) => w.add(from, offsets[first]!);
    const apart = both((first) =>
      [1, 2, 3].reduce<Code>(
        (vector, lane) => w.loadLane(start(first + lane), vector, lane),
        w.loadSplat(start(first)),
      )
    );
    return w.loop(x, 0, columns, tileColumns, [
      w.set(table, w.add(pixelTable, w.mul(w.least(x, w.sub(columns, tileColumns)), 4))),
      ...offsets.flatMap((offset, i) => w.set(offset, w.loadInt(table, 4 * i))),
      // Of short strides, pixels of one row are gathered from whole vectors. Both fours of pixels are
      // compared at once: their distances in bytes as digits of one number.
      stride > 2 ? apart : w.when(
        w.equal(w.add(distance(0, 3), w.mul(distance(4, 7), 1024)), 12 * stride * (1 + 1024)),
        both((first) => gather(start(first), stride)),
        apart,
      ),
    ]);
  });
}
