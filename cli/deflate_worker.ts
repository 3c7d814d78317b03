/**
 * A thread that compresses pieces of weights.
 *
 * @module
 */
/// <reference lib="webworker" />
import { deflateBlock } from "../lib/emit/deflate/huffman.ts";
import { type SharedMemory, slots, states } from "./deflate_threads.ts";

addEventListener("message", ({ data }: MessageEvent<SharedMemory>) => {
  const { state, piece, block } = data;
  Atomics.compareExchange(state, slots.state, states.starting, states.idle);
  while (true) {
    const current = Atomics.load(state, slots.state);
    if (current === states.ended) return;
    if (current === states.busy) finish(compress());
    else Atomics.wait(state, slots.state, current);
  }

  function finish(result: number): void {
    Atomics.compareExchange(state, slots.state, states.busy, result);
    Atomics.notify(state, slots.state);
  }

  function compress(): number {
    try {
      const bytes = deflateBlock(piece.subarray(0, state[slots.length]));
      block.set(bytes);
      state[slots.length] = bytes.length;
      return states.done;
    } catch {
      return states.failed;
    }
  }
});
