/**
 * The engine's WebAssembly memory, and its allocator.
 *
 * @module
 */

const pageBytes = 65536;
/** The maximum of a 32-bit memory: 4 GiB. */
export const mostPages = 65536;
/** The alignment of addresses, and the gap between two blocks. */
const spacing = 64;

/** The bytes of a block of a size, with alignment and gap. */
export function spaceFor(bytes: number): number {
  return Math.ceil(bytes / spacing + 1) * spacing;
}

/** A shared memory with as large a maximum as the platform reserves address space for. */
function sharedMemory(maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
  } catch (error) {
    if (maximum < 2 ** 12) throw error;
    return sharedMemory(maximum / 2);
  }
}

/** Allocates blocks of a WebAssembly memory, which grows on demand. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** Free blocks by address; adjacent ones are merged. */
  #free: { address: number; bytes: number }[] = [];
  readonly #taken = new Map<number, number>();

  /** @param shared Whether threads share the memory. */
  constructor(shared: boolean) {
    this.memory = shared ? sharedMemory(mostPages) : new WebAssembly.Memory({ initial: 1 });
    // No block is at address 0, which means "none".
    this.#free.push({ address: spacing, bytes: pageBytes - spacing });
  }

  /**
   * Allocates a block, and returns its address. The 64 bytes after it belong to it too.
   *
   * @throws {RangeError} if the memory cannot grow any more.
   */
  allocate(bytes: number): number {
    const size = spaceFor(bytes);
    const place = this.#free.find((free) => free.bytes >= size) ?? this.#grow(size);
    const { address } = place;
    place.address += size;
    place.bytes -= size;
    this.#taken.set(address, size);
    return address;
  }

  /** Frees a block of {@linkcode allocate}. */
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

  /** A view of floats. It is detached when the memory grows. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** A view of integers. It is detached when the memory grows. */
  ints(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  #grow(bytes: number): { address: number; bytes: number } {
    const end = this.memory.buffer.byteLength;
    let place = this.#free.find((free) => free.address + free.bytes === end);
    if (place === undefined) {
      place = { address: end, bytes: 0 };
      this.#free.push(place);
    }
    const pages = Math.ceil((bytes - place.bytes) / pageBytes);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const needed = Math.ceil((end + pages * pageBytes) / 2 ** 20);
      throw new RangeError(
        `Cannot prepare the network: it needs ${needed} MiB of memory, more than there is. ` +
          "Use a smaller batch or input",
        { cause },
      );
    }
    place.bytes += pages * pageBytes;
    return place;
  }
}
