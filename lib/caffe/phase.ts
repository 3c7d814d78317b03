/**
 * Selects the layers of a network that exist in a phase, at a level, and in some stages.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/net.cpp `Net::FilterNet`
 * @module
 */
import { stateHint } from "../option_hints.ts";
import type { Net, NetLayer, NetStateRule } from "./net.ts";

/** The state for which layers are selected. */
export interface SelectedState {
  /** Training or inference. */
  readonly phase: "TRAIN" | "TEST";
  /** 0 unless the network has rules about levels. */
  readonly level: number;
  /** Names that the rules of the network mention, such as `deploy`. */
  readonly stages: readonly string[];
}

/**
 * A network without the layers that its `include` and `exclude` rules leave out.
 *
 * Stages that the file itself declares are added to the given ones; its phase and level are ignored.
 * A network that Caffe saved contains only the layers selected at that time, but does not record the
 * level and stages: rules about these count as met.
 *
 * @throws {TypeError} if a layer has rules of both kinds.
 */
export function selectLayers(net: Net, given: SelectedState): Net {
  const state = { ...given, stages: [...net.state.stages, ...given.stages] };
  const layers = new Set(net.layers.filter((layer) => isIncluded(layer, state)));
  const others = net.layers.filter((layer) => !layers.has(layer)).flatMap((layer) => {
    const options = optionsFor(layer, state);
    return options === undefined ? [] : [{ layer, options }];
  });
  return { ...net, layers: [...layers], others };
}

/** The options that would include an excluded layer, if there are any. */
function optionsFor(layer: NetLayer, state: SelectedState): string | undefined {
  const phases = [state.phase, state.phase === "TEST" ? "TRAIN" : "TEST"] as const;
  const states = [...layer.include, undefined].flatMap((rule) =>
    phases.map((phase): SelectedState => ({
      phase,
      level: Math.min(
        Math.max(state.level, rule?.minLevel ?? -Infinity),
        rule?.maxLevel ?? Infinity,
      ),
      stages: [...new Set([...state.stages, ...rule?.stages ?? []])],
    }))
  );
  const found = states.find((other) => isIncluded(layer, other));
  if (found === undefined) return undefined;
  const { phase, level, stages } = found;
  const more = stages.filter((stage) => !state.stages.includes(stage));
  return stateHint({
    ...(phase === state.phase ? {} : { phase }),
    ...(level === state.level ? {} : { level }),
    ...(more.length === 0 ? {} : { stages: more }),
  });
}

function isIncluded(layer: NetLayer, state: SelectedState): boolean {
  const { name, type, include, exclude, where } = layer;
  if (include.length > 0 && exclude.length > 0) {
    throw new TypeError(
      `Cannot convert layer "${name}" (${type}): it has both include and exclude rules, ` +
        `but may have only those of one kind\n  at ${where}`,
    );
  }
  const isSaved = layer.phase !== undefined;
  const matches = (rule: NetStateRule) =>
    (rule.phase ?? state.phase) === state.phase &&
    (isSaved ? include.length > 0 || !hasLevelOrStages(rule) : matchesLevelAndStages(state, rule));
  return include.length > 0 ? include.some(matches) : !exclude.some(matches);
}

/** Whether the conditions of a rule on level and stages are met. */
function matchesLevelAndStages({ level, stages }: SelectedState, rule: NetStateRule): boolean {
  return level >= (rule.minLevel ?? level) &&
    level <= (rule.maxLevel ?? level) &&
    rule.stages.every((stage) => stages.includes(stage)) &&
    !rule.notStages.some((stage) => stages.includes(stage));
}

/** Whether a rule has conditions on level or stages. */
function hasLevelOrStages({ minLevel, maxLevel, stages, notStages }: NetStateRule): boolean {
  return (minLevel ?? maxLevel) !== undefined || stages.length + notStages.length > 0;
}
