/**
 * The table of layers.
 *
 * @module
 */
import type { NetLayer } from "../caffe/net.ts";
import { activations } from "./activations/mod.ts";
import { apollo } from "./apollo/mod.ts";
import { bvlc } from "./bvlc/mod.ts";
import { convolutions } from "./convolutions/mod.ts";
import { crf } from "./crf/mod.ts";
import { fewBits } from "./few_bits/mod.ts";
import { flownet } from "./flownet/mod.ts";
import type { Family, Layer } from "./layer.ts";
import { mscnn } from "./mscnn/mod.ts";
import { normalization } from "./normalization/mod.ts";
import { ocr } from "./ocr/mod.ts";
import { openpose } from "./openpose/mod.ts";
import { others } from "./others/mod.ts";
import { products } from "./products/mod.ts";
import { pspnet } from "./pspnet/mod.ts";
import { pytorch } from "./pytorch/mod.ts";
import { rcnn } from "./rcnn/mod.ts";
import { rearranging } from "./rearranging/mod.ts";
import { resampling } from "./resampling/mod.ts";
import { segnet } from "./segnet/mod.ts";
import { sensetime } from "./sensetime/mod.ts";
import { spatialContext } from "./spatial_context/mod.ts";
import { ssd } from "./ssd/mod.ts";
import { synopsys } from "./synopsys/mod.ts";
import { video } from "./video/mod.ts";
import { xilinx } from "./xilinx/mod.ts";
import { yolo } from "./yolo/mod.ts";

/** The layers by the families of networks that brought them. */
const families: readonly Family[] = [
  ...bvlc,
  ...activations,
  ...apollo,
  ...convolutions,
  ...crf,
  ...fewBits,
  ...flownet,
  ...mscnn,
  ...normalization,
  ...ocr,
  ...openpose,
  ...others,
  ...products,
  ...pspnet,
  ...pytorch,
  ...rcnn,
  ...rearranging,
  ...resampling,
  ...segnet,
  ...sensetime,
  ...spatialContext,
  ...ssd,
  ...synopsys,
  ...video,
  ...xilinx,
  ...yolo,
];

/** Types of layers by name. */
export type LayerTable = ReadonlyMap<string, Layer>;

/** The layers by their type. */
export const layers: LayerTable = new Map(
  families.flatMap(([, types]) => types.map((layer) => [layer.type, layer])),
);

/** A row of the table of layers. */
export interface LayerRow {
  readonly type: string;
  /** The family of networks that brought it: `"Caffe"` for BVLC's own. */
  readonly family: string;
  /** The ops that it may be lowered to; none if it leaves nothing to compute. */
  readonly ops: readonly string[];
}

/** All layers, by their names. */
export function layerRows(): readonly LayerRow[] {
  return families
    .flatMap(([family, types]) =>
      // A layer that is made of others may name an op twice.
      types.map(({ type, ops }) => ({ type, family, ops: [...new Set(ops)].sort() }))
    )
    .sort((a, b) => a.type.localeCompare(b.type, "en"));
}

/**
 * The layers by their type, with custom ones, which take precedence.
 *
 * @throws {TypeError} if two custom layers have the same type, or one has no `lower`.
 */
export function layerTable(own: readonly Layer[] = []): LayerTable {
  const types = own.map(({ type }) => type);
  const twice = types.find((type, i) => types.indexOf(type) !== i);
  if (twice !== undefined) {
    throw new TypeError(`Cannot use the layers: two of them have the type "${twice}"`);
  }
  const idle = own.find(({ lower, inputs, leftOut, measures, unknown }) =>
    (lower ?? inputs ?? leftOut ?? unknown) === undefined && !measures
  );
  if (idle !== undefined) {
    throw new TypeError(
      `Cannot use the layers: the type "${idle.type}" has no \`lower\`, which lowers it to ops`,
    );
  }
  return new Map([...layers, ...own.map((layer) => [layer.type, layer] as const)]);
}

/** The name of a layer's type, and its definition. */
export function layerOf(
  layer: NetLayer,
  known: LayerTable,
): { readonly name: string; readonly type: Layer | undefined } {
  const type = known.get(layer.type);
  const name = type?.unknown?.(layer);
  return name === undefined ? { name: layer.type, type } : { name, type: known.get(name) };
}

/** What decides whether an unknown field of a layer is reported: known fields, and computed layers. */
export function layerFields(own?: readonly Layer[]) {
  const table = layerTable(own);
  const isComputed = (layer: NetLayer) => layerOf(layer, table).type?.lower !== undefined;
  const params = table.values().flatMap(({ param, otherParams = [] }) => [
    ...param ? [param] : [],
    ...otherParams,
  ]);
  const names = params.flatMap(({ name, otherNames = [] }) => [name, ...otherNames]);
  return { known: new Set(names), isComputed };
}
