/**
 * Mean-field inference of a dense CRF: pixels that are close, or close and of similar colour, come
 * to agree on their classes.
 *
 * @see https://arxiv.org/abs/1210.5644 Efficient Inference in Fully Connected CRFs
 * @see https://arxiv.org/abs/1502.03240 Conditional Random Fields as Recurrent Neural Networks
 *
 * @module
 */
import { count, misfit, sameShape, type Shape4 } from "../tensor.ts";
import { number, size } from "./attribute.ts";
import { defineOp } from "./op.ts";
import { latticeOf, type Smooth } from "./permutohedral.ts";
import { softmax } from "./softmax.ts";

/**
 * Inputs: unary scores `[N, C, H, W]`, initial scores of the same shape, pictures `[N, 3, H, W]`,
 * and weights `[C, 2 · C]`: for each class the weight of every class's message, first by the
 * spatial filter, then by the bilateral one. Output: scores.
 */
export const meanField = defineOp({
  schema: {
    iterations: size(),
    /** Standard deviations of the bilateral filter: in pixels, and in colours. */
    alpha: number(),
    beta: number(),
    /** The standard deviation of the spatial filter, in pixels. */
    gamma: number(),
  },

  host: true,

  inputs: [4, 4],

  shape(_, inputs) {
    const [scores, start, picture, weights] = inputs;
    const [batch, classes, ...extents] = scores!;
    if (
      extents.length !== 2 || !sameShape(scores!, start!) ||
      !sameShape(picture!, [batch!, 3, ...extents]) || count(weights!) !== 2 * classes! ** 2
    ) {
      throw misfit(
        inputs,
        "be scores [N, C, H, W] twice, images [N, 3, H, W] and weights [C, 2·C]",
      );
    }
    return scores!;
  },

  // Beside the messages, each value is splatted to the corners of two lattices and sliced back.
  macs: ({ iterations }, [scores]) => iterations * count(scores!) * 2 * (scores![1]! + 9),

  reference({ iterations, alpha, beta, gamma }, [scores, start, picture, weights]) {
    const { shape } = scores!;
    const [batch, classes, height, width] = shape as Shape4;
    const plane = height * width, length = classes * plane, weight = weights!.data;
    const data = new Float32Array(batch * length);
    for (let n = 0; n < batch; n++) {
      const position = (pixel: number, k: number) =>
        k === 0 ? pixel % width : Math.floor(pixel / width);
      const colour = (pixel: number, k: number) => picture!.data[(n * 3 + k) * plane + pixel]!;
      const spatial = meanOf(plane, 2, (pixel, k) => position(pixel, k) / gamma);
      const bilateral = meanOf(
        plane,
        5,
        (pixel, k) => k < 2 ? position(pixel, k) / alpha : colour(pixel, k - 2) / beta,
      );
      // The scores of a pixel lie together until the end.
      const placeOf = (i: number) => n * length + i % classes * plane + Math.floor(i / classes);
      const own = new Float32Array(length), now = new Float32Array(length);
      for (let i = 0; i < length; i++) {
        own[i] = scores!.data[placeOf(i)]!;
        now[i] = start!.data[placeOf(i)]!;
      }
      for (let iteration = 0; iteration < iterations; iteration++) {
        const likely = { shape: [plane, classes], data: new Float32Array(length) };
        softmax.reference({ axis: 1 }, [{ ...likely, data: now }], likely);
        const close = spatial(likely.data, classes), alike = bilateral(likely.data, classes);
        for (let i = 0; i < length; i++) {
          const to = i % classes, first = i - to, row = to * 2 * classes;
          let sum = 0;
          for (let k = 0; k < classes; k++) {
            sum += weight[row + k]! * close[first + k]! +
              weight[row + classes + k]! * alike[first + k]!;
          }
          now[i] = own[i]! - sum;
        }
      }
      for (let i = 0; i < length; i++) data[placeOf(i)] = now[i]!;
    }
    return { shape, data };
  },

  shaders: () => [],
});

/**
 * The weighted means of similar pixels.
 *
 * @param feature Coordinate `k` of `d` of a pixel, in standard deviations.
 */
function meanOf(
  plane: number,
  d: number,
  feature: (pixel: number, k: number) => number,
): Smooth {
  const features = Float32Array.from(
    { length: plane * d },
    (_, i) => feature(Math.floor(i / d), i % d),
  );
  const smooth = latticeOf(features, d);
  const all = smooth(new Float32Array(plane).fill(1), 1);
  return (values, each) => {
    const means = smooth(values, each);
    for (let i = 0; i < means.length; i++) means[i]! /= all[Math.floor(i / each)]! + 1e-20;
    return means;
  };
}
