/**
 * A layer in the current format, as a message to be written.
 *
 * @module
 */
import {
  bool,
  type Entry,
  enumeration,
  type Field,
  int32,
  message,
  type MessageType,
  nested,
  type Tree,
  treeOf,
  uint32,
} from "../../proto/mod.ts";
import { numberOf } from "../caffe/net_layer.ts";
import { LayerParameter, TransformationParameter } from "../caffe/schema.ts";
import { input } from "../layers/bvlc/input.ts";
import type { LayerTable } from "../layers/mod.ts";

/** A layer, and its position in its file. */
export interface LayerTree {
  readonly tree: Tree;
  readonly where: string;
}

/** The settings that all losses share. */
const LossParameter = message("LossParameter", {
  ignore_label: int32(1),
  normalize: bool(2),
  normalization: enumeration(3, { FULL: 0, VALID: 1, BATCH_SIZE: 2, NONE: 3 }, "VALID"),
});

/** The settings of Accuracy, which conversions do not need. */
const AccuracyParameter = message("AccuracyParameter", {
  top_k: uint32(1),
  axis: int32(2),
  ignore_label: int32(3),
});

/** All known fields of the layers of a type; the learned blobs come last. */
export function describeLayer(type: string, known: LayerTable): MessageType<unknown> {
  const { blobs, ...common } = LayerParameter.fields;
  return message("LayerParameter", { ...common, ...paramsOf(type, known), blobs: blobs! });
}

/** The fields with the settings of a type of layer. */
export function paramsOf(
  type: string,
  known: LayerTable,
): Readonly<Record<string, Field<MessageType<unknown> | undefined>>> {
  const param = known.get(type)?.param;
  return {
    loss_param: nested(101, LossParameter),
    ...(type === "Accuracy" && { accuracy_param: nested(102, AccuracyParameter) }),
    ...(param && { [param.name]: nested(numberOf(param), param.message) }),
  } as Readonly<Record<string, Field<MessageType<unknown> | undefined>>>;
}

/** An Input layer; its shape may be undefined. */
export function inputLayer(name: string, shape: Tree | object | undefined): Tree {
  const { param } = input;
  const description = message("LayerParameter", {
    ...LayerParameter.fields,
    [param!.name]: nested(numberOf(param!), param!.message),
  });
  const layer = treeOf(description, { name, type: "Input", top: [name] });
  if (shape === undefined) return layer;
  const field = (param!.message as MessageType<unknown>).fields.shape!;
  const value = "entries" in shape ? shape : treeOf(field.type as MessageType<unknown>, shape);
  const settings: Tree = {
    type: param!.message.name,
    entries: [{ name: "shape", field, value }],
    rest: [],
  };
  const entry: Entry = {
    name: param!.name,
    field: description.fields[param!.name]!,
    value: settings,
  };
  return { ...layer, entries: [...layer.entries, entry] };
}

/** A `transform_param` merged from two lists of settings; the second takes precedence. */
export function transformEntry(first: readonly Entry[], second: readonly Entry[]): Entry {
  const overridden = new Set(second.map(({ name }) => name));
  const fields = TransformationParameter.fields as Readonly<Record<string, Field<unknown>>>;
  const entries = [...first.filter(({ name }) => !overridden.has(name)), ...second]
    .map((entry) => ({ ...entry, field: fields[entry.name]! }))
    .sort((a, b) => a.field.number - b.field.number);
  const field = LayerParameter.fields.transform_param!;
  return {
    name: "transform_param",
    field,
    value: { type: TransformationParameter.name, entries, rest: [] },
  };
}
