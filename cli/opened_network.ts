/**
 * A loaded network whose graph is known.
 *
 * @module
 */
import type { Bundle } from "../runtime/bundle/bundle.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Graph } from "../runtime/graph.ts";
import { Network } from "../runtime/network.ts";

/** A network that exposes its graph, without the constants. Dispose of it when done. */
export class OpenedNetwork extends Network implements Disposable {
  readonly graph: Graph;

  constructor(bundle: Bundle, engine: Engine) {
    super(bundle, engine);
    this.graph = { ...bundle.graph, constants: new Map() };
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}
