/**
 * Makes a model's network ready to run.
 *
 * @module
 */
import { writeBundle } from "../lib/emit/bundle.ts";
import type { Model } from "../lib/model.ts";
import { Network } from "../runtime/network.ts";
import type { Device } from "./messages.ts";

export { answerOf, blobsOf } from "./answer.ts";
export { prepareInput } from "./run_input.ts";

/**
 * Loads the network on a device.
 *
 * @param onProgress Receives the part that is done, once it is known.
 */
export function loadNetwork(
  model: Model,
  device: Device,
  onProgress: (part: number | undefined) => void,
): Promise<Network> {
  return Network.load(new Blob([...writeBundle(model)]), {
    ...(device !== "auto" && { device }),
    onNotice: () => {},
    onProgress: ({ done, total }) => onProgress(total && done / total),
  });
}
