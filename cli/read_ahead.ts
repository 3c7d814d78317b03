/**
 * Reads batches ahead: while a network runs, the next pictures are decoded.
 *
 * @module
 */

/**
 * Reads items in batches one after the other, each while the caller waits for what it does with the
 * one before it.
 *
 * @param size The batch size; the last batch may be smaller.
 * @param read Reads a batch. Its errors are thrown when it is the batch's turn.
 */
export async function* readAhead<Item, Read>(
  items: Iterable<Item>,
  size: number,
  read: (batch: readonly Item[]) => Promise<Read>,
): AsyncGenerator<Read> {
  let next: Promise<Read> | undefined;
  for (const batch of batches(items, size)) {
    const current = next;
    await current;
    next = afterOthers().then(() => read(batch));
    // Of a caller that has stopped, nobody hears of it.
    next.catch(() => {});
    if (current !== undefined) yield await current;
  }
  if (next !== undefined) yield await next;
}

/** Lets the caller start first: decoding pictures of a data set gives it no turn. */
function afterOthers(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Splits items into batches. */
function* batches<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
