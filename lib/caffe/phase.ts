/**
 * Chooses the layers of a network that exist in a phase, at a level, and in some stages.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/net.cpp `Net::FilterNet`
 * @module
 */
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
 * Stages that the file itself asks for hold beside the wanted ones; its phase and level don't.
 *
 * @throws {TypeError} if a layer has rules of both kinds.
 */
export function selectLayers(net: Net, state: Wanted): Net {
  const wanted = { ...state, stages: [...net.state.stages, ...state.stages] };
  return { ...net, layers: net.layers.filter((layer) => isIncluded(layer, wanted)) };
}

function isIncluded({ name, type, include, exclude }: NetLayer, state: Wanted): boolean {
  if (include.length > 0 && exclude.length > 0) {
    throw new TypeError(
      `Cannot convert layer "${name}" (${type}): it has both include and exclude rules, ` +
        "but may have only those of one kind",
    );
  }
  const meets = (rule: NetStateRule) => meetsRule(state, rule);
  return include.length > 0 ? include.some(meets) : !exclude.some(meets);
}

/** A rule is met if all its conditions are. */
function meetsRule({ phase, level, stages }: Wanted, rule: NetStateRule): boolean {
  return (rule.phase ?? phase) === phase &&
    level >= (rule.minLevel ?? level) &&
    level <= (rule.maxLevel ?? level) &&
    rule.stages.every((stage) => stages.includes(stage)) &&
    !rule.notStages.some((stage) => stages.includes(stage));
}
