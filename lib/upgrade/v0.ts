/**
 * Layers of V0 in the current format, as messages to be written.
 *
 * @module
 */
import {
  isMessageType,
  message,
  type MessageType,
  type OpenMessage,
  treeOf,
} from "../../proto/mod.ts";
import { readV0Layers, upgradeV0Settings } from "../caffe/upgrade_v0.ts";
import { V0LayerConnection } from "../caffe/v0_schema.ts";
import type { LayerTable } from "../layers/mod.ts";
import { describeLayer, type LayerTree } from "./layer_tree.ts";

/** Upgrades the elements of `layers`. Padding layers are folded into the layers after them. */
export function v0Layers(
  entries: readonly OpenMessage[],
  known: LayerTable,
  warn: (message: string) => void,
): readonly LayerTree[] {
  const layers = readV0Layers(entries, bare(V0LayerConnection));
  for (const { name, where } of entries.flatMap((entry) => entry.unread())) {
    warn(`${where}: field "${name}" is not known in V0; it is left out`);
  }
  return layers.map(({ entry, layer, bottoms: bottom, tops: top }) => {
    const { type, param, settings } = upgradeV0Settings(layer);
    const { name, blobs, blobs_lr, weight_decay, scale, meanfile, cropsize, mirror } = layer;
    const length = Math.max(blobs_lr.length, weight_decay.length);
    const transform = { scale, mean_file: meanfile, crop_size: cropsize, mirror };
    const tree = treeOf(describeLayer(type, known), {
      name,
      type: layer.type && type,
      bottom,
      top,
      blobs,
      param: Array.from({ length }, (_, i) => {
        return { lr_mult: blobs_lr[i], decay_mult: weight_decay[i] };
      }),
      ...(Object.values(transform).some((value) => value !== undefined) &&
        { transform_param: transform }),
      ...(param && Object.values(settings).some((value) => value !== undefined) &&
        { [param]: settings }),
    });
    return { tree, where: entry.where };
  });
}

/** The description without defaults: a field that a file lacks is `undefined`, or an empty list. */
function bare<Value>(type: MessageType<Value>): MessageType<Bare<Value>> {
  const fields = Object.entries(type.fields).map(([name, field]) => {
    return [name, {
      ...field,
      type: isMessageType(field.type) ? bare(field.type) : field.type,
      defaultValue: Array.isArray(field.defaultValue) ? [] : undefined,
    }] as const;
  });
  return message(type.name, Object.fromEntries(fields)) as MessageType<Bare<Value>>;
}

type Bare<Value> = {
  readonly [Name in keyof Value]: Value[Name] extends readonly unknown[] ? Value[Name]
    : Value[Name] | undefined;
};
