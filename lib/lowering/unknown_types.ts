/**
 * Refuses layers of unknown types, and finds the part of a network that can be converted without them.
 *
 * @module
 */
import { suggest } from "../../proto/suggest.ts";
import type { LayerTable } from "../layers/mod.ts";
import { inputShapesHint, outputsHint } from "../option_hints.ts";
import { type FlowBlob, learns, measures, type Step } from "./flow.ts";

/** The error of a network with layers of unknown types. */
export class UnknownTypesError extends TypeError {
  /**
   * @param layers How many there are, and one line for each.
   * @param ends The blobs at which the network can end before them.
   * @param hints How it can be converted.
   */
  constructor(readonly layers: string, readonly ends: readonly string[], hints: string) {
    super(`Cannot convert the network: ${layers}\n${hints}`);
  }
}

/** Refuses all layers of unknown types at once. */
export function refuseUnknownTypes(steps: readonly Step[], known: LayerTable): void {
  const lines = steps.flatMap(({ layer, typeName, type }) => {
    if (type !== undefined) return [];
    const { name, where } = layer;
    return [`\n  layer "${name}" (${typeName})${suggest(typeName, known.keys())} at ${where}`];
  });
  if (lines.length === 0) return;
  const what = lines.length === 1
    ? "a layer has an unsupported type"
    : `${lines.length} layers have unsupported types`;
  const ends = endsBeforeUnknown(steps), starts = startsAfterUnknown(steps);
  throw new UnknownTypesError(
    `${what}:${lines.join("")}`,
    ends,
    "A module that defines them can be given with --layers, or their definitions as `layers`" +
      (ends.length > 0 ? `\nThe network can end before them: ${outputsHint(ends)}` : "") +
      (starts.length > 0 ? `\nIt can start after them: ${inputShapesHint(starts)}` : ""),
  );
}

/**
 * The blobs at which a network can start, with forms of their shapes: those that layers of unknown
 * types prepare for others, if all of these layers only prepare inputs, perhaps one for the next.
 */
function startsAfterUnknown(steps: readonly Step[]): readonly (readonly [string, string])[] {
  const learned = new Set<FlowBlob>(), written = new Set<string>();
  const starts: string[] = [];
  for (const step of steps) {
    const { type, used, tops } = step;
    const isLearned = learns(step) || used.some((blob) => learned.has(blob));
    if (type === undefined) {
      const needed = tops.filter(({ readers }) =>
        readers.some(({ step, isUse }) => isUse && step.type !== undefined && !measures(step))
      );
      const isChained = tops.some(({ readers }) =>
        readers.some(({ step, isUse }) => isUse && step.type === undefined)
      );
      if (isLearned || needed.length === 0 && !isChained) return [];
      if (needed.some(({ name }) => written.has(name))) return [];
      starts.push(...needed.map(({ name }) => name));
    }
    for (const blob of tops) {
      written.add(blob.name);
      if (isLearned) learned.add(blob);
    }
  }
  return starts.map((name) => [name, "N, C, H, W"]);
}

/**
 * The blobs at which a network can end before all layers of unknown types: those that these read, or
 * that other layers read together with results of these or with what no layer provides, and outputs
 * that need none of them.
 */
function endsBeforeUnknown(steps: readonly Step[]): readonly string[] {
  const lost = new Set<FlowBlob>(), ends = new Set<FlowBlob>(), computed = new Set<FlowBlob>();
  const last = new Map<string, FlowBlob>();
  for (const { type, bottoms, uses, used, tops } of steps) {
    const isMissing = used.length < Math.min(bottoms.length, uses);
    const isLost = type === undefined || isMissing || used.some((blob) => lost.has(blob));
    if (isLost) { for (const blob of used) ends.add(blob); }
    for (const blob of tops) {
      last.set(blob.name, blob);
      if (isLost) lost.add(blob);
      else if (!type.inputs) computed.add(blob);
    }
  }
  const read = new Set(steps.flatMap(({ used }) => used));
  for (const blob of last.values()) if (!read.has(blob)) ends.add(blob);
  const isWhole = ({ name }: FlowBlob) => !lost.has(last.get(name)!);
  return [...ends].filter((blob) => computed.has(blob) && isWhole(blob)).map(({ name }) => name);
}
