/**
 * The engine that runs graphs on the GPU.
 *
 * @module
 */
import type { Engine, Numbers, Program, Timing } from "../engine.ts";
import { fuse } from "../fuse.ts";
import { getOrInsertComputed } from "../get_or_insert_computed.ts";
import { type Graph, resultsOf, type Value } from "../graph.ts";
import { type Ability, firstTurn, prepareWithHost } from "../host.ts";
import type { Traits } from "../ops/traits.ts";
import { numbersOfParts, split } from "../split.ts";
import { bytesOf, showShape } from "../tensor.ts";
import { unfold } from "../unfold.ts";
import type { Assembled } from "./assemble.ts";
import { bytesOfCell, placeOf } from "./cell.ts";
import { describeDevice, traitsOf } from "./device.ts";
import { plan } from "./plan.ts";
import { compilePlan, GpuProgram, type GpuServices } from "./program.ts";
import { type Constant, isCell, type Plan } from "./steps.ts";
import { mostBytes } from "./storage.ts";
import { Timer } from "./timer.ts";
import { uploadConstant } from "./upload.ts";

/** A constant's resources by form: the packing, the storage and the number format. */
type Forms = Map<string, Held>;

/** The resource of a constant, and whether it has been requested again since it was uploaded. */
interface Held {
  readonly on: GPUBuffer | GPUTexture;
  isShared: boolean;
}

/** Runs graphs on one device. Constants are uploaded once and shared by all programs. */
export class GpuEngine implements Engine, GpuServices {
  readonly description: string;
  readonly #device: GPUDevice;
  readonly #owned: boolean;
  readonly #traits: Traits | undefined;
  readonly #uploads = new Map<Float32Array, Forms>();
  /** What the guarded work has uploaded so far. */
  #recent: { readonly forms: Forms; readonly form: string }[] = [];
  /** Why the device is lost, if it is. */
  readonly #lost: { reason?: string } = {};
  timer: Timer | undefined;

  /**
   * @param device The device to run on.
   * @param owned Whether the engine destroys the device when it is destroyed itself.
   * @param how Traits that override the device's own. `"plain"` uses only the reference shaders on
   * planes, with which all other kernels must agree.
   */
  constructor(device: GPUDevice, owned: boolean, how: Partial<Traits> | "plain" = {}) {
    this.#device = device;
    this.#traits = how === "plain" ? undefined : { ...traitsOf(device), ...how };
    this.#owned = owned;
    this.description = describeDevice(device);
    // The closure must not hold the engine: the device may outlive it.
    const lost = this.#lost;
    device.lost.then(({ message, reason }) => {
      lost.reason = message || reason;
    });
  }

  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    const prepare: Engine["prepare"] = async (...given) =>
      await GpuProgram.create(this.#device, graph.name, this.#plan(...given), this);
    return prepareWithHost(graph, outputs, prepare, this.#ability);
  }

  /** Compiles the shaders of a graph, and uploads its constants as they arrive. */
  async expect(graph: Graph, numbers: Numbers): Promise<void> {
    const planned = this.#plan(...firstTurn(graph, resultsOf(graph), this.#ability));
    const { steps, pipelines } = compilePlan(this.#device, planned);
    const uploads = constantsOf(steps).map(async (constant) => {
      const data = await numbersOfParts(numbers)(constant.data);
      if (data === undefined) return;
      await this.guard("prepare the network", () => this.upload({ ...constant, data }));
    });
    await Promise.all([pipelines, ...uploads]);
  }

  get #ability(): Ability {
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    return {
      fits: ({ shape }) => bytesOf(shape) <= limit,
      software: this.#traits?.software ?? true,
    };
  }

  #plan(graph: Graph, outputs: readonly Value[]): Plan {
    const traits = this.#traits;
    const limit = this.#device.limits.maxStorageBufferBindingSize;
    const unfolded = traits ? unfold(graph, outputs, limit) : graph;
    const ready = fuse(split(unfolded, mostBytes(traits) || limit), outputs);
    const planned = plan(ready, outputs, traits);
    refuseTooLarge(planned, limit);
    return planned;
  }

  /** The resource of a constant, packed as a shader needs it; uploaded at first use. */
  upload(constant: Constant): GPUBuffer | GPUTexture {
    const { data, packing, storage: { texture, format } } = constant;
    const forms = getOrInsertComputed(this.#uploads, data, () => new Map());
    const form = [packing?.name, texture && "texture", format].join();
    let held = forms.get(form);
    if (held === undefined) {
      held = { on: uploadConstant(this.#device, constant), isShared: false };
      forms.set(form, held);
      this.#recent.push({ forms, form });
    } else held.isShared = true;
    return held.on;
  }

  /**
   * Runs device commands within error scopes, and turns what they report into errors. `work` must
   * be synchronous: scopes catch the errors of whatever is submitted while they are open.
   *
   * @throws {RangeError} if the device is out of memory.
   * @throws {Error} if it refuses a command or is lost.
   */
  async guard<T>(action: string, work: () => T): Promise<T> {
    this.refuseLost(action);
    const device = this.#device;
    this.#recent = [];
    device.pushErrorScope("out-of-memory");
    device.pushErrorScope("validation");
    let outcome: { readonly result: T } | { readonly failure: unknown };
    try {
      outcome = { result: work() };
    } catch (failure) {
      outcome = { failure };
    }
    const recent = this.#recent;
    const scopes = [device.popErrorScope(), device.popErrorScope()];
    const [refused, exhausted] = await Promise.all(
      scopes.map((scope) => scope.catch(() => null)),
    );
    if ("result" in outcome && !refused && !exhausted) {
      this.refuseLost(action);
      return outcome.result;
    }
    // What was just uploaded may be invalid and must not be found again. It is only destroyed if no
    // other program has requested it meanwhile.
    for (const { forms, form } of recent) {
      const held = forms.get(form);
      if (held && !held.isShared) held.on.destroy();
      forms.delete(form);
    }
    await this.explainLoss(action);
    if (exhausted) {
      throw new RangeError(
        `Cannot ${action}: the GPU is out of memory. Use a smaller batch, or the device "cpu"`,
      );
    }
    if ("failure" in outcome) throw outcome.failure;
    throw new Error(`Cannot ${action}: ${refused!.message}`);
  }

  /**
   * Waits briefly for the device to be reported lost: a lost device fails its commands first and
   * gives the reason later.
   *
   * @throws {Error} if it is lost.
   */
  async explainLoss(action: string): Promise<void> {
    await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 50))]);
    this.refuseLost(action);
  }

  /** @throws {Error} if the device is lost. */
  refuseLost(action: string): void {
    const { reason } = this.#lost;
    if (reason !== undefined) {
      throw new Error(`Cannot ${action}: the GPU was lost (${reason}). Load the network again`);
    }
  }

  async profile(run: () => Promise<unknown>): Promise<Timing[]> {
    const timer = this.timer = new Timer(this.#device);
    try {
      await run();
      return await timer.read();
    } finally {
      this.timer = undefined;
      timer.destroy();
    }
  }

  destroy(): void {
    for (const forms of this.#uploads.values()) {
      for (const { on } of forms.values()) on.destroy();
    }
    this.#uploads.clear();
    this.#lost.reason ??= "it was let go";
    if (this.#owned) this.#device.destroy();
  }
}

/** The constants that steps bind. */
function constantsOf(steps: readonly Assembled[]): readonly Constant[] {
  return steps.flatMap(({ reads, scales }) => [
    ...reads.flatMap((read) => isCell(read) ? [] : read),
    ...scales ? [scales] : [],
  ]);
}

function refuseTooLarge({ inputs, steps }: Plan, limit: number): void {
  const operands = steps.flatMap(({ writes, reads }) => [writes, ...reads]);
  for (const operand of [...inputs, ...operands]) {
    if (!isCell(operand) && operand.storage.texture) continue;
    const bytes = isCell(operand) ? bytesOfCell(placeOf(operand).root) : operand.data.byteLength;
    if (bytes > limit) {
      throw new RangeError(
        `Cannot run "${operand.name}" on this GPU: ${showShape(operand.shape)} takes ${bytes} ` +
          `bytes, but the GPU binds at most ${limit}. Use a smaller batch or input, or the device "cpu"`,
      );
    }
  }
}
