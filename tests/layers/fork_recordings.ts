/**
 * Recordings of the layers of Caffe's forks, and exceptions for some of them.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { feed } from "../executors.ts";
import { shared } from "../shared.ts";

/** The folder of the recordings. */
export const forks = new URL("goldens/forks/", shared);

/**
 * Blobs that are taken from the recording, because the result depends on their last bit: 49 of the
 * scores of `frcnn_tiny`'s proposals are 1 in float32, and their order depends on rounding.
 */
const fed = new Map([["frcnn_tiny", ["rpn_cls_prob_reshape", "rpn_bbox_pred"]]]);

/** The graph of a case with these blobs as inputs. */
export function withFed(name: string, graph: Graph): Graph {
  const blobs = fed.get(name) ?? [];
  return feed(graph, blobs.map((blob) => graph.names.get(blob)!));
}
