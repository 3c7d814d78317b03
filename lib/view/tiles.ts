/**
 * Tensors as pictures: the activations of a layer, channel by channel, and the filters of a first
 * layer.
 *
 * @module
 */
import type { Image } from "../../runtime/preprocess.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";

/** Tiles of equal size in a grid, with a transparent pixel between tiles of more than one pixel. */
export interface Tiles extends Image {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly columns: number;
  /** The number of tiles. */
  readonly count: number;
  /** The size of a tile. */
  readonly tile: readonly [height: number, width: number];
}

type Colour = readonly [red: number, green: number, blue: number];

/** Further tiles are left out. */
const mostTiles = 1024;

/**
 * The channels of the first sample, each normalized by its largest magnitude: on a scale from dark
 * to light if no value is negative, else on a diverging scale, blue to red, with zero in the middle.
 */
export function channelTiles({ shape, data }: Tensor): Tiles {
  const [channels, height, width] = planesOf(shape);
  const plane = height * width, sample = data.subarray(0, channels * plane);
  const signed = sample.some((x) => x < 0);
  // Single numbers, such as scores, are compared with each other, so they share one scale.
  const whole = plane === 1 ? largestOf(sample) : undefined;
  return paint(channels, [height, width], (channel) => {
    const values = sample.subarray(channel * plane, (channel + 1) * plane);
    const largest = whole ?? largestOf(values);
    return (i) => {
      const fraction = largest === 0 ? 0 : values[i]! / largest;
      return signed ? blend(diverging, fraction / 2 + 0.5) : blend(sequential, fraction);
    };
  });
}

/**
 * The filters of a convolution on a picture, each normalized by its largest magnitude; `undefined`
 * unless it reads one or three channels.
 *
 * @param order The channel order of the network's images.
 */
export function filterTiles({ shape, data }: Tensor, order: "bgr" | "rgb"): Tiles | undefined {
  const [filters, channels, height, width] = shape;
  if (shape.length !== 4 || (channels !== 1 && channels !== 3) || height! * width! < 2) {
    return undefined;
  }
  const plane = height! * width!;
  const colours = order === "bgr" ? [2, 1, 0] : [0, 1, 2];
  return paint(filters!, [height!, width!], (filter) => {
    const values = data.subarray(filter * channels * plane, (filter + 1) * channels * plane);
    const largest = largestOf(values);
    const byte = (x: number) => largest === 0 ? 128 : 127.5 + 127.5 * x / largest;
    // A grey filter has one channel for all colours.
    return (i) => colours.map((c) => byte(values[c % channels * plane + i]!)) as unknown as Colour;
  });
}

/** The channels, height and width of a sample; further axes are joined into the height. */
function planesOf(shape: Shape): [channels: number, height: number, width: number] {
  const [channels = 1, ...rest] = shape.length > 3 || shape.length === 2 ? shape.slice(1) : shape;
  const width = rest.at(-1) ?? 1;
  const height = rest.slice(0, -1).reduce((product, extent) => product * extent, 1);
  return [channels, height, width];
}

function paint(
  count: number,
  tile: readonly [height: number, width: number],
  colours: (index: number) => (pixel: number) => Colour,
): Tiles {
  const shown = Math.min(count, mostTiles);
  const [height, width] = tile;
  const gap = height * width > 1 ? 1 : 0;
  const aspect = (height + gap) / (width + gap);
  const columns = Math.min(shown, Math.max(1, Math.ceil(Math.sqrt(shown * aspect))));
  const rows = Math.ceil(shown / columns);
  const size = {
    width: columns * (width + gap) - gap,
    height: rows * (height + gap) - gap,
  };
  const data = new Uint8ClampedArray(size.width * size.height * 4);
  for (let index = 0; index < shown; index++) {
    const colour = colours(index);
    const left = (index % columns) * (width + gap);
    const top = Math.floor(index / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = ((top + y) * size.width + left + x) * 4;
        data.set(colour(y * width + x), at);
        data[at + 3] = 255;
      }
    }
  }
  return { ...size, data, columns, count: shown, tile };
}

function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const x of values) if (Math.abs(x) > largest && Number.isFinite(x)) largest = Math.abs(x);
  return largest;
}

/** From zero to the maximum. */
const sequential: readonly Colour[] = [
  [17, 20, 45],
  [40, 62, 118],
  [38, 122, 148],
  [106, 184, 143],
  [246, 235, 170],
];

/** From negative over zero to positive. */
const diverging: readonly Colour[] = [
  [22, 62, 130],
  [96, 150, 205],
  [246, 246, 244],
  [232, 140, 92],
  [150, 40, 30],
];

/** The colour at a fraction of a scale, by linear interpolation. */
function blend(scale: readonly Colour[], fraction: number): Colour {
  // NaN has the colour of 0.
  const position = Math.min(1, Math.max(0, fraction || 0)) * (scale.length - 1);
  const index = Math.min(scale.length - 2, Math.floor(position));
  const [from, to] = [scale[index]!, scale[index + 1]!];
  const mix = (c: 0 | 1 | 2) => from[c] + (to[c] - from[c]) * (position - index);
  return [mix(0), mix(1), mix(2)];
}
