import assert from "node:assert/strict";
import { type Bundle, Network } from "../../runtime/mod.ts";
import { referenceEngine } from "../../runtime/reference.ts";
import { Sketch } from "../random.ts";
import { tensor } from "../tensor.ts";

const bundle: Bundle = {
  graph: new Sketch().finish(),
  constants: new Map([["conv/weights", tensor([1, 1, 1, 2], -1, 1)]]),
  preprocessing: null,
  labels: null,
  provenance: {},
};

class Written extends Network {
  protected override setup(): void {
    this.input("data", [1, 1, 2, 3]).conv2d("first", { output: 1, kernel: [1, 2], bias: false }, {
      weights: "conv/weights",
    }).relu("relu").as("positive");
    this.feed("first").conv2d("second", { output: 1, kernel: [1, 2], bias: false }, {
      weights: "conv/weights",
    });
    this.output("positive", "second");
  }
}

Deno.test("layers that a subclass defines run, and may share weights", async () => {
  const network = new Written(bundle, referenceEngine);
  assert.deepEqual(await network.run({ data: [1, 4, 2, 0, 0, 7] }), {
    positive: tensor([1, 1, 2, 2], 3, 0, 0, 7),
    second: tensor([1, 1, 2, 1], -5, 7),
  });
});

const mistakes: [string, (network: Setup) => void, string][] = [
  [
    "a constant that is missing",
    (network) => network.input("x", [1, 2]).dense("fc", { output: 2 }),
    'Cannot build "fc" (dense): no value before it and no constant of the bundle is called ' +
    '"fc/weights"',
  ],
  [
    "a value that is missing",
    (network) => network.feed("nothing"),
    'Cannot build the network: no value before it and no constant of the bundle is called "nothing"',
  ],
  [
    "an unknown role of a constant",
    (network) => network.input("x", [1, 2]).dense("fc", { output: 2 }, { wieghts: "w" }),
    'Cannot build "fc" (dense): it has no constant "wieghts"; its constants are [weights,biases]',
  ],
  [
    "an output that is missing",
    (network) => network.output("nothing"),
    'Cannot build the network: no value before it and no constant of the bundle is called "nothing"',
  ],
  [
    "no output",
    (network) => network.input("x", [1]).relu("r"),
    "Cannot build the network: its setup() says no output",
  ],
  [
    "a wrong setting",
    (network) => network.input("x", [1]).relu("r", { slope: "steep" as never }),
    'Cannot build "r" (relu): its slope must be a number, not "steep"',
  ],
  [
    "an unknown setting",
    (network) => network.input("x", [1]).elu("r", { alfa: 1 } as never),
    'Cannot build "r" (elu): it has no setting "alfa"; its settings are alpha',
  ],
  [
    "too many values",
    (network) => (network.input("x", [1]), network.feed("x", "x").relu("r")),
    'Cannot build "r" (relu): it has 2 inputs, but it needs exactly 1',
  ],
];

/** A network whose protected methods are public, and whose `setup()` is `steps`. */
class Setup extends Network {
  static steps: (network: Setup) => void = () => {};
  override input(...given: Parameters<Network["input"]>) {
    return super.input(...given);
  }
  override feed(...names: string[]) {
    return super.feed(...names);
  }
  override output(...names: string[]) {
    super.output(...names);
  }
  protected override setup(): void {
    Setup.steps(this);
  }
}

for (const [what, steps, message] of mistakes) {
  Deno.test(`setup() refuses ${what}`, () => {
    Setup.steps = steps;
    assert.throws(() => new Setup(bundle, referenceEngine), { name: "TypeError", message });
  });
}
