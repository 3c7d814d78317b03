/**
 * Layers of V1 in the current format, as messages to be written.
 *
 * @module
 */
import {
  bytes,
  type Entry,
  type Field,
  message,
  type MessageType,
  type OpenMessage,
  readTree,
  repeated,
  type Tree,
  treeOf,
} from "../../proto/mod.ts";
import { getOrInsertComputed } from "../../runtime/get_or_insert_computed.ts";
import { paramNumbers } from "../caffe/param_numbers.ts";
import { LayerParameter } from "../caffe/schema.ts";
import {
  currentTypes,
  OldTransformation,
  V1LayerParameter,
  v1ParamNumbers,
} from "../caffe/upgrade_v1.ts";
import type { LayerTable } from "../layers/mod.ts";
import { describeLayer, type LayerTree, paramsOf, transformEntry } from "./layer_tree.ts";

/** V1's lists of how blobs are shared and trained, and the corresponding fields of `ParamSpec`. */
const paramSpecFields: ReadonlyMap<string, string> = new Map([
  ["param", "name"],
  ["blob_share_mode", "share_mode"],
  ["blobs_lr", "lr_mult"],
  ["weight_decay", "decay_mult"],
]);

/** The settings of data layers, which used to include the preprocessing of images. */
const dataParams = ["data_param", "image_data_param", "window_data_param"];

/** Upgrades an element of `layers`. */
export function v1Layer(
  open: OpenMessage,
  from: "text" | "binary",
  isCopied: (name: string) => boolean,
  known: LayerTable,
  warn: (message: string) => void,
): LayerTree {
  const { type: v1Type } = open.read(V1LayerParameter);
  const type = currentTypes.get(v1Type) ?? v1Type;
  const described = describeLayer(type, known);
  const tree = readTree(
    open,
    describeV1(type, from, known),
    (name) => !dataParams.includes(name) && isCopied(name),
  );
  const entries: Entry[] = [];
  const lists = new Map<string, unknown[]>();
  for (const entry of tree.entries) {
    const { name, value } = entry;
    const setting = paramSpecFields.get(name);
    if (name === "type") entries.push({ name, field: described.fields.type!, value: type });
    else if (setting !== undefined) getOrInsertComputed(lists, setting, () => []).push(value);
    else entries.push({ ...entry, field: currentField(name, described, entry.field) });
  }
  if (from === "binary") {
    for (const { name, where } of tree.rest) {
      warn(
        `${where}: field "${name}" of layer type ${v1Type} has another number in the current ` +
          "format, which is not known; it is left out",
      );
    }
  }
  const rest = from === "text" ? tree.rest : [];
  const moved = moveTransform(sorted([...entries, ...specs(lists)], described));
  return { tree: { type: described.name, entries: moved, rest }, where: open.where };
}

/** All known fields of the layers of a type in V1. */
function describeV1(
  type: string,
  from: "text" | "binary",
  known: LayerTable,
): MessageType<unknown> {
  const own = Object.entries(paramsOf(type, known)).map(([name, field]) =>
    [name, { ...field, number: v1ParamNumbers.get(name) ?? 0 }] as const
  );
  // Settings of other layer types have no effect, but in binary their numbers must be recognized.
  const others = from === "text"
    ? []
    : [...v1ParamNumbers].map(([name, number]) => [name, repeated(bytes(number))] as const);
  return message("V1LayerParameter", {
    ...V1LayerParameter.fields,
    ...Object.fromEntries<Field<unknown>>([...others, ...own]),
  });
}

/** A field in the current format. */
function currentField(name: string, { fields }: MessageType<unknown>, v1Field: Field<unknown>) {
  return fields[name] ?? { ...v1Field, number: paramNumbers.get(name) ?? 0 };
}

/** One `ParamSpec` for each blob, where V1 has one list for each setting. */
function specs(lists: ReadonlyMap<string, readonly unknown[]>): readonly Entry[] {
  const field = LayerParameter.fields.param!;
  const length = Math.max(0, ...lists.values().map((list) => list.length));
  return Array.from({ length }, (_, i) => {
    const settings = lists.entries().map(([name, list]) => [name, list[i]] as const);
    const value = treeOf(field.type as MessageType<unknown>, Object.fromEntries(settings));
    return { name: "param", field, value };
  });
}

/** Moves preprocessing from the settings of a data layer to `transform_param`. */
function moveTransform(entries: readonly Entry[]): readonly Entry[] {
  const at = entries.findIndex(({ name, value }) => dataParams.includes(name) && isTree(value));
  if (at < 0) return entries;
  const data = entries[at]!.value as Tree;
  const moved = data.entries.filter(({ name }) => Object.hasOwn(OldTransformation, name));
  if (moved.length === 0) return entries;
  const rest = { ...data, entries: data.entries.filter((entry) => !moved.includes(entry)) };
  const old = entries.find(({ name }) => name === "transform_param");
  return [
    ...entries.slice(0, at).filter((entry) => entry !== old),
    transformEntry((old?.value as Tree | undefined)?.entries ?? [], moved),
    { ...entries[at]!, value: rest },
    ...entries.slice(at + 1).filter((entry) => entry !== old),
  ];
}

/** The entries in the order of their description. */
function sorted(entries: readonly Entry[], { fields }: MessageType<unknown>): readonly Entry[] {
  const order = Object.keys(fields);
  return entries.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function isTree(value: unknown): value is Tree {
  return !(value instanceof Uint8Array);
}
