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
import { LAYER_PARAMS } from "../caffe/layer_params.ts";
import { LayerParameter } from "../caffe/schema.ts";
import { OldTransformation, PARAM_NUMBERS, TODAY, V1LayerParameter } from "../caffe/upgrade_v1.ts";
import type { LayerTable } from "../layers/mod.ts";
import { describeLayer, type LayerTree, paramsOf, transformEntry } from "./layer_tree.ts";

/** The lists of V1 that say how blobs are shared and trained, and what a blob's own message says. */
const LISTS = {
  param: "name",
  blob_share_mode: "share_mode",
  blobs_lr: "lr_mult",
  weight_decay: "decay_mult",
} as const;

/** The data layers, whose settings said how images are prepared. */
const DATA_PARAMS = ["data_param", "image_data_param", "window_data_param"];

/** The layer that an element of `layers` describes. */
export function v1Layer(
  open: OpenMessage,
  from: "text" | "binary",
  isKept: (name: string) => boolean,
  known: LayerTable,
  warn: (message: string) => void,
): LayerTree {
  const { type: old } = open.read(V1LayerParameter);
  const type = TODAY.get(old) ?? old;
  const described = describeLayer(type, known);
  const tree = readTree(
    open,
    describeV1(type, from, known),
    (name) => !DATA_PARAMS.includes(name) && isKept(name),
  );
  const entries: Entry[] = [];
  const lists: Record<string, unknown[]> = {};
  for (const entry of tree.entries) {
    const { name, value } = entry;
    if (name === "type") entries.push({ name, field: described.fields.type!, value: type });
    else if (Object.hasOwn(LISTS, name)) {
      (lists[LISTS[name as keyof typeof LISTS]] ??= []).push(value);
    } else entries.push({ ...entry, field: fieldToday(name, described, entry.field) });
  }
  if (from === "binary") {
    for (const { name, where } of tree.rest) {
      warn(
        `${where}: field "${name}" of layer type ${old} has another number today, which is ` +
          "not known; it is left out",
      );
    }
  }
  const rest = from === "text" ? tree.rest : [];
  const moved = moveTransform(sorted([...entries, ...specs(lists)], described));
  return { tree: { type: described.name, entries: moved, rest }, where: open.where };
}

/** All that is known of the layers of a type in V1. */
function describeV1(
  type: string,
  from: "text" | "binary",
  known: LayerTable,
): MessageType<unknown> {
  const own = Object.entries(paramsOf(type, known)).map(([name, field]) =>
    [name, { ...field, number: PARAM_NUMBERS.get(name) ?? 0 }] as const
  );
  // Settings of other types mean nothing; a binary file has them only by their numbers.
  const others = from === "text"
    ? []
    : [...PARAM_NUMBERS].map(([name, number]) => [name, repeated(bytes(number))] as const);
  return message("V1LayerParameter", {
    ...V1LayerParameter.fields,
    ...Object.fromEntries<Field<unknown>>([...others, ...own]),
  });
}

function fieldToday(name: string, { fields }: MessageType<unknown>, old: Field<unknown>) {
  return fields[name] ?? { ...old, number: LAYER_PARAMS.get(name) ?? 0 };
}

/** One message a blob, where V1 had one list for each setting. */
function specs(lists: Readonly<Record<string, readonly unknown[]>>): readonly Entry[] {
  const field = LayerParameter.fields.param!;
  const length = Math.max(0, ...Object.values(lists).map((list) => list.length));
  return Array.from({ length }, (_, i) => {
    const said = Object.entries(lists).map(([name, list]) => [name, list[i]]);
    const value = treeOf(field.type as MessageType<unknown>, Object.fromEntries(said));
    return { name: "param", field, value };
  });
}

/** What data layers say of how images are prepared, in the message that has it today. */
function moveTransform(entries: readonly Entry[]): readonly Entry[] {
  const at = entries.findIndex(({ name, value }) => DATA_PARAMS.includes(name) && isTree(value));
  if (at < 0) return entries;
  const data = entries[at]!.value as Tree;
  const moved = data.entries.filter(({ name }) => Object.hasOwn(OldTransformation, name));
  if (moved.length === 0) return entries;
  const left = { ...data, entries: data.entries.filter((entry) => !moved.includes(entry)) };
  const before = entries.find(({ name }) => name === "transform_param");
  return [
    ...entries.slice(0, at).filter((entry) => entry !== before),
    transformEntry((before?.value as Tree | undefined)?.entries ?? [], moved),
    { ...entries[at]!, value: left },
    ...entries.slice(at + 1).filter((entry) => entry !== before),
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
