/**
 * Recordings of the layers of Caffe's forks, and what has to be known about single ones.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { feed } from "../executors.ts";
import { shared } from "../shared.ts";

/** Where they are. */
export const forks = new URL("goldens/forks/", shared);

/**
 * Blobs that are taken from the recording where a last bit decides: of the scores of `frcnn_tiny`'s
 * proposals 49 are 1 in float32, and which of them comes first depends on how they were rounded.
 */
const fed = new Map([["frcnn_tiny", ["rpn_cls_prob_reshape", "rpn_bbox_pred"]]]);

/** A case's graph, in which such blobs are inputs. */
export function withFed(name: string, graph: Graph): Graph {
  const blobs = fed.get(name) ?? [];
  return feed(graph, blobs.map((blob) => graph.names.get(blob)!));
}
