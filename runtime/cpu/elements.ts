/**
 * Element-wise ops.
 *
 * @module
 */
import type { Node, Value } from "../graph.ts";
import { functions as unaryOps, type UnaryName, type UnaryOp } from "../ops/unary.ts";
import { spanOf } from "../ops/affine.ts";
import { count } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code, Module, Scope } from "../wasm/assembler.ts";
import { finishOf, isKnown } from "./functions.ts";
import { along, fieldsOf, put, type Site, spread, type Step } from "./kernel.ts";

/** The code that computes an element of the output from locals with those of the inputs. */
type Element = (m: Module, scope: Scope, inputs: readonly Code[]) => Code;

/** Applies code to the elements of values of one shape. */
function elements(
  site: Site,
  name: string,
  inputs: readonly Value[],
  output: Value,
  compute: Element,
): Step[] {
  const parameters = [output, ...inputs].map((value) => site.address(value));
  const fours = Math.ceil(count(output.shape) / 4);
  return [
    spread(site, `${name} of ${inputs.length}`, fours, parameters, (f, four, _own, fields) => {
      const [to, ...others] = fieldsOf(fields, inputs.length + 1);
      const values = f.vectorArray(inputs.length);
      const place = w.mul(four, 16);
      return [
        ...values.flatMap((value, i) => w.set(value, w.load(w.add(others[i]!, place)))),
        ...w.store(w.add(to!, place), compute(site.module, f, values)),
      ];
    }),
  ];
}

/** A function of one number; `undefined` if it has no kernel. */
export function unary(site: Site, { op, attributes, inputs, output }: Node): Step[] | undefined {
  const { apply } = unaryOps[op as UnaryName] as UnaryOp<Record<string, never>>;
  const activation = {
    fn: op as UnaryName,
    parameters: apply.parameters(attributes as Record<string, never>),
  };
  if (!isKnown(activation.fn, activation.parameters)) return undefined;
  const finish = finishOf({ residual: false, activation });
  return elements(
    site,
    finish.name,
    inputs,
    output,
    (m, scope, [x]) => finish.apply(m, scope, x!),
  );
}

/** A sum, product or maximum of several tensors. */
export function eltwise(site: Site, node: Node<"eltwise">): Step[] {
  const { operation, coefficients } = node.attributes;
  const finish = finishOf(node.attributes);
  const combine = { product: w.times, sum: w.plus, max: w.higher }[operation];
  return elements(
    site,
    `${operation} ${coefficients} ${finish.name}`,
    node.inputs,
    node.output,
    (m, scope, values) => {
      const result = scope.vector();
      const terms = values.map((value, i) => {
        const factor = coefficients[i] ?? 1;
        return factor === 1 ? value : w.times(value, w.constant(factor));
      });
      return [
        w.set(result, terms.reduce((sum, term) => combine(sum, term))),
        ...finish.apply(m, scope, result),
      ];
    },
  );
}

/** Applies an epilogue in place, after the op itself. */
export function finishing(
  site: Site,
  { attributes, inputs, output }: Node<"conv2d" | "deconv2d">,
): Step[] {
  const finish = finishOf(attributes);
  const values = finish.residual ? [output, inputs.at(-1)!] : [output];
  return elements(
    site,
    `finish ${finish.name}`,
    values,
    output,
    (m, scope, [x, residual]) => finish.apply(m, scope, x!, residual),
  );
}

/** A scale and an offset. */
export function affine(site: Site, node: Node<"affine">): Step[] {
  const { attributes, inputs: [input, parameter] } = node, { terms } = attributes;
  const [, inner] = spanOf(attributes, input!.shape, parameter!.shape);
  const finish = finishOf(attributes), isBoth = terms === "both";
  return broadcast(
    site,
    `${terms} ${finish.name}`,
    node,
    isBoth ? 2 : 1,
    inner,
    (m, scope, [x, first, ...others]) => {
      const result = scope.vector();
      const value = isBoth
        ? m.fma(x!, first!, others[0]!)
        : terms === "scale"
        ? w.times(x!, first!)
        : w.plus(x!, first!);
      return [
        w.set(result, value),
        // The residual is the last input, if there is one.
        ...finish.apply(m, scope, result, others.at(-1)),
      ];
    },
  );
}

/** PReLU: a slope for negative numbers, one a channel or one for all. */
export function prelu(site: Site, node: Node<"prelu">): Step[] {
  const [input, slope] = node.inputs;
  const inner = count(slope!.shape) === 1 ? count(input!.shape) : count(input!.shape.slice(2));
  return broadcast(
    site,
    "prelu",
    node,
    1,
    inner,
    (_m, _scope, [x, slope]) => w.select(x!, w.times(x!, slope!), w.greater(x!, w.constant(0))),
  );
}

/**
 * Applies code to the elements of a node's inputs.
 *
 * @param parameters How many inputs, from the second on, are broadcast parameters: each of their
 * elements belongs to `inner` consecutive ones of the output, and after the last they repeat.
 */
function broadcast(
  site: Site,
  name: string,
  { inputs, output }: Pick<Node, "inputs" | "output">,
  parameters: number,
  inner: number,
  compute: Element,
): Step[] {
  // If each element has a parameter of its own, the loop goes over parameters and elements
  // together.
  const length = count(inputs[1]!.shape), flat = inner === 1;
  const row = flat ? length : inner;
  const rows = count(output.shape) / row;
  const narrow = row < 4;
  return [
    spread(site, `${name} along ${inputs.length} ${flat} ${narrow}`, rows, [
      site.address(output),
      length,
      row,
      ...inputs.map((value) => site.address(value)),
    ], (f, plane, _own, fields) => {
      const [to, length, row, ...from] = fieldsOf(fields, inputs.length + 3);
      const [x, at] = f.ints();
      const values = f.vectorArray(inputs.length);
      const place = w.add(at, w.mul(x, 4));
      const loads = values.map((value, i) => {
        const address = from[i]!;
        if (i === 0 || i > parameters) return w.set(value, w.load(w.add(address, place)));
        if (flat) return w.set(value, w.load(w.add(address, w.mul(x, 4))));
        return w.set(value, w.loadSplat(w.add(address, w.mul(w.rem(plane, length!), 4))));
      });
      const given = loads.splice(1, parameters);
      return [
        w.set(at, w.mul(plane, row!, 4)),
        // A row that shares its parameters loads them once.
        ...flat ? [] : given,
        along(x, row!, narrow, [
          ...flat ? given : [],
          ...loads,
          ...put(narrow)(w.add(to!, place), compute(site.module, f, values)),
        ]),
      ];
    }),
  ];
}
