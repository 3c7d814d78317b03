/**
 * A custom op: the position of the peak of each map, with subpixel precision.
 *
 * It imports the runtime only, so that a page which runs the network needs nothing else.
 *
 * @module
 */
import {
  count,
  type CustomOp,
  defineOp,
  f32,
  number,
  showShape,
  spread,
} from "../../runtime/mod.ts";

/**
 * `[N, C, H, W]` to `[N, C, 2]`: the column and the row of each map's peak, as the mean of all
 * positions, weighted by the softmax of the map times `sharpness`.
 */
export const softArgmax = defineOp({
  name: "softArgmax",

  schema: { sharpness: number(1) },

  shape(_, [maps]) {
    if (maps!.length !== 4) {
      throw new TypeError(`its input is ${showShape(maps!)}, but it must be [N, C, H, W]`);
    }
    return [maps![0]!, maps![1]!, 2];
  },

  // An exponential and two products for each value.
  macs: (_, [maps]) => 3 * count(maps!),

  reference({ sharpness }, [maps], output) {
    const [, , height, width] = maps!.shape as [number, number, number, number];
    const size = height * width;
    for (let map = 0; map < output.data.length / 2; map++) {
      const values = maps!.data.subarray(map * size, (map + 1) * size);
      const largest = values.reduce((a, b) => Math.max(a, sharpness * b), -Infinity);
      let [sum, column, row] = [0, 0, 0];
      for (let i = 0; i < size; i++) {
        const weight = Math.exp(sharpness * values[i]! - largest);
        sum += weight;
        column += weight * (i % width);
        row += weight * Math.floor(i / width);
      }
      output.data[2 * map] = column / sum;
      output.data[2 * map + 1] = row / sum;
    }
  },

  shaders({ sharpness }, [maps], output) {
    const [, , height, width] = maps as [number, number, number, number];
    const all = count(output) / 2;
    return [{
      code,
      constants: { all, height, width, sharpness: f32(sharpness) },
      workgroups: spread(all),
    }];
  },
});

const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> output: array<f32>; // [N, C, 2]
@group(0) @binding(1) var<storage, read> maps: array<f32>;         // [N, C, height, width]

// One invocation finds the peak of one map.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let map = flat_index(id, groups);
  if (map >= all) { return; }
  let size = height * width;
  var largest = sharpness * maps[map * size];
  for (var i = 1; i < size; i++) { largest = max(largest, sharpness * maps[map * size + i]); }
  var sum = 0.0;
  var position = vec2f(0.0);
  for (var i = 0; i < size; i++) {
    let weight = exp(sharpness * maps[map * size + i] - largest);
    sum += weight;
    position += weight * vec2f(f32(i % width), f32(i / width));
  }
  output[2 * map] = position.x / sum;
  output[2 * map + 1] = position.y / sum;
}
`;

/** The ops that `--layers` and generated classes load. */
export const ops: readonly CustomOp[] = [softArgmax];
