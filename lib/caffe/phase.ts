/**
 * Chooses the layers of a network that exist in a phase, at a level, and in some stages.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/net.cpp `Net::FilterNet`
 * @module
 */
import { stateHint } from "../option_hints.ts";
import type { Net, NetLayer, NetStateRule } from "./net.ts";

/** What a network is wanted for. */
export interface Wanted {
  /** For training or for use. */
  readonly phase: "TRAIN" | "TEST";
  /** 0 unless the network has rules about levels. */
  readonly level: number;
  /** Names that the rules of the network mention, such as `deploy`. */
  readonly stages: readonly string[];
}

/**
 * A network without the layers that its `include` and `exclude` rules leave out.
 *
 * Stages that the file itself asks for hold beside the wanted ones; its phase and level don't. What
 * Caffe saved says nothing of the level and the stages that it was saved at: its layers met their
 * conditions then, and meet them now.
 *
 * @throws {TypeError} if a layer has rules of both kinds.
 */
export function selectLayers(net: Net, state: Wanted): Net {
  const wanted = { ...state, stages: [...net.state.stages, ...state.stages] };
  const layers = new Set(net.layers.filter((layer) => isIncluded(layer, wanted)));
  const others = net.layers.filter((layer) => !layers.has(layer)).flatMap((layer) => {
    const options = optionsFor(layer, wanted);
    return options === undefined ? [] : [{ layer, options }];
  });
  return { ...net, layers: [...layers], others };
}

/** The options that take in a layer that is left out otherwise, if more of them do. */
function optionsFor(layer: NetLayer, state: Wanted): string | undefined {
  const phases = [state.phase, state.phase === "TEST" ? "TRAIN" : "TEST"] as const;
  const states = [...layer.include, undefined].flatMap((rule) =>
    phases.map((phase): Wanted => ({
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

function isIncluded(layer: NetLayer, state: Wanted): boolean {
  const { name, type, include, exclude } = layer;
  if (include.length > 0 && exclude.length > 0) {
    throw new TypeError(
      `Cannot convert layer "${name}" (${type}): it has both include and exclude rules, ` +
        "but may have only those of one kind",
    );
  }
  const isSaved = layer.phase !== undefined;
  const meets = (rule: NetStateRule) =>
    (rule.phase ?? state.phase) === state.phase &&
    (isSaved ? include.length > 0 || !hasRest(rule) : meetsRest(state, rule));
  return include.length > 0 ? include.some(meets) : !exclude.some(meets);
}

/** Whether the conditions of a rule are met that are about level and stages. */
function meetsRest({ level, stages }: Wanted, rule: NetStateRule): boolean {
  return level >= (rule.minLevel ?? level) &&
    level <= (rule.maxLevel ?? level) &&
    rule.stages.every((stage) => stages.includes(stage)) &&
    !rule.notStages.some((stage) => stages.includes(stage));
}

/** Whether a rule has such conditions. */
function hasRest({ minLevel, maxLevel, stages, notStages }: NetStateRule): boolean {
  return (minLevel ?? maxLevel) !== undefined || stages.length + notStages.length > 0;
}
