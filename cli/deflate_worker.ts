/**
 * A thread that compresses pieces of weights.
 *
 * @module
 */
/// <reference lib="webworker" />
import { deflateBlock } from "../lib/emit/deflate/huffman.ts";
import { type SharedMemory, states } from "./deflate_threads.ts";

addEventListener("message", ({ data }: MessageEvent<SharedMemory>) => {
  const { state, piece, block } = data;
  Atomics.compareExchange(state, 0, states.starting, states.idle);
  while (true) {
    const current = Atomics.load(state, 0);
    if (current === states.ended) return;
    if (current === states.busy) finish(compress());
    else Atomics.wait(state, 0, current);
  }

  function finish(result: number): void {
    Atomics.compareExchange(state, 0, states.busy, result);
    Atomics.notify(state, 0);
  }

  function compress(): number {
    try {
      const bytes = deflateBlock(piece.subarray(0, state[1]));
      block.set(bytes);
      state[1] = bytes.length;
      return states.done;
    } catch {
      return states.failed;
    }
  }
});
