/**
 * Converts forks' rounding settings of pooling to `round_mode`, which has a number in binary files.
 *
 * Otherwise they would be lost, and the extents of all later layers would change.
 *
 * @module
 */
import type { Entry, Field, MessageType, Tree } from "../../proto/mod.ts";
import { type Rounding, roundsDown } from "../layers/bvlc/pooling.ts";

/** The forks' fields. */
const forkFields: readonly string[] = [
  "ceil_mode",
  "cmp_out_shape_floor_as_conv",
] satisfies (keyof Rounding)[];

/** A layer with these fields replaced by `round_mode`. */
export function withRoundMode(layer: Tree): Tree {
  const entries = layer.entries.map((entry): Entry => {
    if (entry.name !== "pooling_param") return entry;
    const param = entry.value as Tree, settings = param.entries;
    if (!settings.some(({ name }) => forkFields.includes(name))) return entry;
    const rounding: Partial<Rounding> = Object.fromEntries(
      settings.map(({ name, value }) => [name, value]),
    );
    const kept = settings.filter(({ name }) => !forkFields.includes(name));
    const { fields } = entry.field.type as MessageType<unknown>;
    const mode = { name: "round_mode", field: fields.round_mode as Field<unknown>, value: "FLOOR" };
    const entries = roundsDown(rounding)
      ? [...kept.filter(({ name }) => name !== mode.name), mode]
      : kept;
    return { ...entry, value: { ...param, entries } };
  });
  return { ...layer, entries };
}
