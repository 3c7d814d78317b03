/**
 * One memory for all that an engine computes with.
 *
 * @module
 */

const pageBytes = 65536;
/** The most a memory can have: 4 GiB. */
export const mostPages = 65536;
/** Every address is a multiple of this, and so much lies between two places. */
const spacing = 64;

/** The bytes that so many take with what lies between them and the next place. */
export function spaceFor(bytes: number): number {
  return Math.ceil(bytes / spacing + 1) * spacing;
}

/** Memory that threads share, with as much room as the platform sets aside for it. */
function sharedMemory(maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
  } catch (error) {
    if (maximum < 2 ** 12) throw error;
    return sharedMemory(maximum / 2);
  }
}

/** Gives out places in a WebAssembly memory, which grows when it must. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** What is free, by its address; two places that touch are one. */
  #free: { address: number; bytes: number }[] = [];
  readonly #taken = new Map<number, number>();

  /** @param shared Whether threads share the memory. */
  constructor(shared: boolean) {
    this.memory = shared ? sharedMemory(mostPages) : new WebAssembly.Memory({ initial: 1 });
    // Nothing lies at the address 0.
    this.#free.push({ address: spacing, bytes: pageBytes - spacing });
  }

  /**
   * The address of bytes that nobody else has, and 64 more after them.
   *
   * @throws {RangeError} if there is no memory left.
   */
  allocate(bytes: number): number {
    const size = spaceFor(bytes);
    let place = this.#free.find((free) => free.bytes >= size);
    if (place === undefined) {
      place = this.#grow(size);
    }
    const { address } = place;
    place.address += size;
    place.bytes -= size;
    this.#taken.set(address, size);
    return address;
  }

  /** Takes back what {@linkcode allocate} gave. */
  release(address: number): void {
    const bytes = this.#taken.get(address)!;
    this.#taken.delete(address);
    const places = [...this.#free, { address, bytes }].sort((a, b) => a.address - b.address);
    this.#free = [];
    for (const place of places) {
      const before = this.#free.at(-1);
      if (before !== undefined && before.address + before.bytes === place.address) {
        before.bytes += place.bytes;
      } else if (place.bytes > 0) this.#free.push(place);
    }
  }

  /** The floats at an address. They are no longer there once the memory has grown. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** The integers at an address. */
  ints(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  #grow(bytes: number): { address: number; bytes: number } {
    const end = this.memory.buffer.byteLength;
    let place = this.#free.find((free) => free.address + free.bytes === end);
    if (place === undefined) this.#free.push(place = { address: end, bytes: 0 });
    const pages = Math.ceil((bytes - place.bytes) / pageBytes);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const needed = Math.ceil((end + pages * pageBytes) / 2 ** 20);
      throw new RangeError(
        `Cannot make the network ready: it needs ${needed} MiB of memory, which is more than there ` +
          "is. Use a smaller batch or input",
        { cause },
      );
    }
    place.bytes += pages * pageBytes;
    return place;
  }
}
