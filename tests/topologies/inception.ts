/**
 * Inception v3 and v4: parallel convolutions of several kernel shapes, large ones factorized into rows
 * and columns.
 *
 * @see https://arxiv.org/abs/1512.00567 Rethinking the Inception Architecture for Computer Vision
 * @see https://arxiv.org/abs/1602.07261 Inception-v4
 * @see https://github.com/soeaver/caffe-model/tree/master/cls/inception
 * @module
 */
import { pool } from "./blocks.ts";
import { classes, Inception } from "./inception_modules.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** Inception v3. */
export function inceptionV3(scale: Scale): string {
  const net = new Prototxt("inception_v3", scale);
  const inception = new Inception(net, {
    param: [{ lr_mult: 1, decay_mult: 1 }],
    convolution_param: { weight_filler: { type: "xavier", std: 0.01 } },
  });
  net.input("data", [1, 3, ...net.size(299)]);
  inception.unit("conv1_3x3_s2", 32, "3x3", 2, false);
  inception.unit("conv2_3x3_s1", 32, "3x3", 1, false);
  inception.unit("conv3_3x3_s1", 64, "3x3");
  pool(net, "pool1_3x3_s2", "MAX", 3, 2);
  inception.unit("conv4_3x3_reduce", 80, "1x1");
  inception.unit("conv4_3x3", 192, "3x3", 1, false);
  pool(net, "pool2_3x3_s2", "MAX", 3, 2);
  for (const [i, averaged] of [32, 64, 64].entries()) {
    const name = `inception_a${i + 1}`, from = net.last;
    inception.concat(`${name}_output`, [
      inception.branch(from, [[`${name}_1x1`, 64, "1x1"]]),
      inception.branch(from, [[`${name}_5x5_reduce`, 48, "1x1"], [`${name}_5x5`, 64, "5x5"]]),
      inception.branch(from, [
        [`${name}_3x3_reduce`, 64, "1x1"],
        [`${name}_3x3_1`, 96, "3x3"],
        [`${name}_3x3_2`, 96, "3x3"],
      ]),
      inception.pooled(name, from, averaged, {
        pooling: `${name}_pool`,
        then: `${name}_pool_proj`,
      }),
    ]);
  }
  const first = net.last;
  inception.concat("reduction_a_concat", [
    inception.branch(first, [["reduction_a_3x3", 384, "3x3", 2, false]]),
    inception.branch(first, [
      ["reduction_a_3x3_2_reduce", 64, "1x1"],
      ["reduction_a_3x3_2", 96, "3x3"],
      ["reduction_a_3x3_3", 96, "3x3", 2, false],
    ]),
    inception.maxima("reduction_a", first),
  ]);
  for (const [i, narrow] of [128, 160, 160, 192].entries()) {
    const name = `inception_b${i + 1}`, from = net.last;
    inception.concat(`${name}_concat`, [
      inception.branch(from, [[`${name}_1x1_2`, 192, "1x1"]]),
      inception.branch(from, [
        [`${name}_1x7_reduce`, narrow, "1x1"],
        [`${name}_1x7`, narrow, "1x7"],
        [`${name}_7x1`, 192, "7x1"],
      ]),
      inception.branch(from, [
        [`${name}_7x1_reduce`, narrow, "1x1"],
        [`${name}_7x1_2`, narrow, "7x1"],
        [`${name}_1x7_2`, narrow, "1x7"],
        [`${name}_7x1_3`, narrow, "7x1"],
        [`${name}_1x7_3`, 192, "1x7"],
      ]),
      inception.pooled(name, from, 192),
    ]);
  }
  const second = net.last;
  inception.concat("reduction_b_concat", [
    inception.branch(second, [
      ["reduction_b_3x3_reduce", 192, "1x1"],
      ["reduction_b_3x3", 320, "3x3", 2, false],
    ]),
    inception.branch(second, [
      ["reduction_b_1x7_reduce", 192, "1x1"],
      ["reduction_b_1x7", 192, "1x7"],
      ["reduction_b_7x1", 192, "7x1"],
      ["reduction_b_3x3_2", 192, "3x3", 2, false],
    ]),
    inception.maxima("reduction_b", second),
  ]);
  for (const i of [1, 2]) {
    const name = `inception_c${i}`, from = net.last;
    const split = inception.branch(from, [[`${name}_1x3_reduce`, 384, "1x1"]]);
    const deep = inception.branch(from, [
      [`${name}_3x3_reduce`, 448, "1x1"],
      [`${name}_3x3`, 384, "3x3"],
    ]);
    inception.concat(`${name}_concat`, [
      inception.branch(from, [[`${name}_1x1_2`, 320, "1x1"]]),
      inception.branch(split, [[`${name}_1x3`, 384, "1x3"]]),
      inception.branch(split, [[`${name}_3x1`, 384, "3x1"]]),
      inception.branch(deep, [[`${name}_1x3_2`, 384, "1x3"]]),
      inception.branch(deep, [[`${name}_3x1_2`, 384, "3x1"]]),
      // The last module has max pooling.
      inception.pooled(name, from, 192, {
        pooling: `${name}_pool`,
        method: i === 2 ? "MAX" : "AVE",
      }),
    ]);
  }
  classes(net);
  return net.toString();
}

/** Inception v4. */
export function inceptionV4(scale: Scale): string {
  const net = new Prototxt("inception_v4", scale);
  const inception = new Inception(net);
  net.input("data", [1, 3, ...net.size(299)]);
  inception.unit("conv1_3x3_s2", 32, "3x3", 2, false);
  inception.unit("conv2_3x3_s1", 32, "3x3", 1, false);
  inception.unit("conv3_3x3_s1", 64, "3x3");
  const stem1 = net.last;
  const narrower = inception.branch(stem1, [["inception_stem1_3x3_s2", 96, "3x3", 2, false]]);
  const largest = pool(net, "inception_stem1_pool", "MAX", 3, 2, { bottom: stem1 });
  inception.concat("inception_stem1", [largest, narrower]);
  const stem2 = net.last;
  inception.concat("inception_stem2", [
    inception.branch(stem2, [
      ["inception_stem2_3x3_reduce", 64, "1x1"],
      ["inception_stem2_3x3", 96, "3x3", 1, false],
    ]),
    inception.branch(stem2, [
      ["inception_stem2_1x7_reduce", 64, "1x1"],
      ["inception_stem2_1x7", 64, "1x7"],
      ["inception_stem2_7x1", 64, "7x1"],
      ["inception_stem2_3x3_2", 96, "3x3", 1, false],
    ]),
  ]);
  const stem3 = net.last;
  inception.concat("inception_stem3", [
    inception.branch(stem3, [["inception_stem3_3x3_s2", 192, "3x3", 2, false]]),
    pool(net, "inception_stem3_pool", "MAX", 3, 2, { bottom: stem3 }),
  ]);
  for (let i = 1; i <= 4; i++) {
    const name = `inception_a${i}`, from = net.last;
    inception.concat(`${name}_concat`, [
      inception.branch(from, [[`${name}_1x1_2`, 96, "1x1"]]),
      inception.branch(from, [[`${name}_3x3_reduce`, 64, "1x1"], [`${name}_3x3`, 96, "3x3"]]),
      inception.branch(from, [
        [`${name}_3x3_2_reduce`, 64, "1x1"],
        [`${name}_3x3_2`, 96, "3x3"],
        [`${name}_3x3_3`, 96, "3x3"],
      ]),
      inception.pooled(name, from, 96),
    ]);
  }
  const first = net.last;
  inception.concat("reduction_a_concat", [
    inception.branch(first, [["reduction_a_3x3", 384, "3x3", 2, false]]),
    inception.branch(first, [
      ["reduction_a_3x3_2_reduce", 192, "1x1"],
      ["reduction_a_3x3_2", 224, "3x3"],
      ["reduction_a_3x3_3", 256, "3x3", 2, false],
    ]),
    inception.maxima("reduction_a", first),
  ]);
  for (let i = 1; i <= 7; i++) {
    const name = `inception_b${i}`, from = net.last;
    inception.concat(`${name}_concat`, [
      inception.branch(from, [[`${name}_1x1_2`, 384, "1x1"]]),
      inception.branch(from, [
        [`${name}_1x7_reduce`, 192, "1x1"],
        [`${name}_1x7`, 224, "1x7"],
        [`${name}_7x1`, 256, "7x1"],
      ]),
      inception.branch(from, [
        [`${name}_7x1_2_reduce`, 192, "1x1"],
        [`${name}_7x1_2`, 192, "7x1"],
        [`${name}_1x7_2`, 224, "1x7"],
        [`${name}_7x1_3`, 224, "7x1"],
        [`${name}_1x7_3`, 256, "1x7"],
      ]),
      inception.pooled(name, from, 128),
    ]);
  }
  const second = net.last;
  inception.concat("reduction_b_concat", [
    inception.branch(second, [
      ["reduction_b_3x3_reduce", 192, "1x1"],
      ["reduction_b_3x3", 192, "3x3", 2, false],
    ]),
    inception.branch(second, [
      ["reduction_b_1x7_reduce", 256, "1x1"],
      ["reduction_b_1x7", 256, "1x7"],
      ["reduction_b_7x1", 320, "7x1"],
      ["reduction_b_3x3_2", 320, "3x3", 2, false],
    ]),
    inception.maxima("reduction_b", second),
  ]);
  for (let i = 1; i <= 3; i++) {
    const name = `inception_c${i}`, from = net.last;
    const split = inception.branch(from, [[`${name}_1x1_3`, 384, "1x1"]]);
    const deep = inception.branch(from, [
      [`${name}_1x1_4`, 384, "1x1"],
      [`${name}_3x1_2`, 448, "3x1"],
      [`${name}_1x3_2`, 512, "1x3"],
    ]);
    inception.concat(`${name}_concat`, [
      inception.branch(from, [[`${name}_1x1_2`, 256, "1x1"]]),
      inception.branch(split, [[`${name}_1x3`, 256, "1x3"]]),
      inception.branch(split, [[`${name}_3x1`, 256, "3x1"]]),
      inception.branch(deep, [[`${name}_1x3_3`, 256, "1x3"]]),
      inception.branch(deep, [[`${name}_3x1_3`, 256, "3x1"]]),
      inception.pooled(name, from, 256),
    ]);
  }
  classes(net);
  return net.toString();
}
