import assert from "node:assert/strict";
import { DeflateThreads, states } from "../../cli/deflate_threads.ts";
import { seededRandom } from "../../examples/digits/random.ts";
import { deflateByHuffman } from "../../lib/emit/deflate/huffman.ts";
import { join } from "../join.ts";

const random = seededRandom(1);
const piece = (size: number) => Uint8Array.from({ length: size }, () => 60 * random() * random());
const pieces = [1 << 20, 1 << 20, 1000, 1 << 19, 5 << 20, 1 << 20, 1 << 20].map(piece);

Deno.test("before threads are ready, the calling thread compresses", () => {
  using threads = new DeflateThreads();
  assert.deepEqual(join(threads.compressor(pieces)), join(deflateByHuffman(pieces)));
  assert.deepEqual(join(threads.compressor([])), join(deflateByHuffman([])));
});

Deno.test({
  name: "threads return the same bytes as the calling thread, in order",
  ignore: navigator.hardwareConcurrency < 2,
  async fn() {
    using threads = new DeflateThreads();
    const expected = join(deflateByHuffman(pieces));
    join(threads.compressor(pieces));
    // Deno checks the types of a worker before it starts in a test.
    for (let i = 0; threads.idle === 0 && i < 1000; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(threads.idle, 1);
    // The thread may have finished a piece, and be idle again, before anybody can look.
    let given = 0;
    const { store } = Atomics;
    using _restored = {
      [Symbol.dispose]() {
        Atomics.store = store;
      },
    };
    Atomics.store = ((state: Int32Array, index: number, value: number) => {
      if (value === states.busy) given++;
      return store(state, index, value);
    }) as typeof store;
    const requested = function* () {
      yield pieces[0]!;
      assert.equal(given, 1, "the piece was not given to the thread");
      yield* pieces.slice(1);
    };
    assert.deepEqual(join(threads.compressor(requested())), expected);
  },
});
