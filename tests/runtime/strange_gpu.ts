/**
 * Imitates GPUs that WGSL allows, though software ones are not so: quotients are inexact, sums are
 * reassociated, infinities are unknown, and invocations run in another order. Shaders are rewritten
 * accordingly.
 *
 * @module
 */
import { disguise } from "./gpu_helpers.ts";

/** The device with its shaders rewritten. */
export function strange(device: GPUDevice, rewrite: (code: string) => string): GPUDevice {
  return disguise(device, {
    createShaderModule: ({ code, ...rest }: GPUShaderModuleDescriptor) =>
      device.createShaderModule({ ...rest, code: rewrite(code.replaceAll(/\/\/.*/g, "")) }),
  });
}

/**
 * WGSL whose quotients of floats are off by one to two units in the last place; WGSL allows 2.5.
 *
 * `q / 2²³` has the type of `q`, and is 0 if that is an integer below 2²³.
 */
export function divideInexactly(code: string, sign: "+" | "-"): string {
  const operand = String.raw`[\w.#]+`;
  const product = new RegExp(String.raw`${operand}(?:\s*[*/%]\s*-?${operand})+`, "g");
  const divided = (text: string) =>
    text.replaceAll(product, (whole) => {
      let [left, ...rest] = whole.split(/\s*([*/%])\s*/) as [string, ...string[]];
      for (let i = 0; i < rest.length; i += 2) {
        left = `${left} ${rest[i]} ${rest[i + 1]}`;
        if (rest[i] === "/") left = `(${left} ${sign} ${left} / ${2 ** 23})`;
      }
      return left;
    });
  // What is in brackets becomes an operand `#number#`, from the innermost brackets outwards.
  const held: string[] = [];
  for (let before = ""; before !== code;) {
    before = code;
    code = code.replaceAll(/([([])([^()[\]]*)([)\]])/g, (_, open, inner, close) => {
      held.push(open + divided(inner) + close);
      return `#${held.length - 1}#`;
    });
  }
  code = divided(code);
  while (code.includes("#")) code = code.replaceAll(/#(\d+)#/g, (_, i) => held[i]!);
  return code;
}

/**
 * WGSL whose terms with a common factor are joined, and then cancel: compilers with fast math treat
 * rounded numbers as real ones. Quotients are rounded up.
 */
export function reassociate(code: string): string {
  const joined = code.replaceAll(/- (\w+) \* (\w+) - \((\w+) - \1\) \* \2/g, "- $3 * $2");
  return divideInexactly(joined, "+");
}

/** WGSL whose exponentials are NaN where they overflow: compilers may assume that nothing does. */
export function overflow(code: string): string {
  return code.replaceAll(/\b(?=(?:exp|tanh)\()/g, "fast_") + `
fn fast_exp(x: f32) -> f32 {
  let y = exp(x);
  return select(y, bitcast<f32>(bitcast<u32>(x) | 0x7fc00000u), y > 3.4e38);
}
fn fast_tanh(x: f32) -> f32 {
  let y = fast_exp(2.0 * x);
  return (y - 1.0) / (y + 1.0);
}
`;
}

/** WGSL that shuffles the invocations of a workgroup, and counts workgroups from the last. */
export function reorder(code: string): string {
  const size = Number(/@workgroup_size\((\d+)\)/.exec(code)![1]);
  const known = /@builtin\(num_workgroups\) (\w+)/.exec(code)?.[1], groups = known ?? "groups";
  const added = known === undefined ? "@builtin(num_workgroups) groups: vec3u, " : "";
  const others = {
    // Sizes are powers of two.
    local_invocation_index: (given: string) => `(${given} * 29u + ${size / 2}u) % ${size}u`,
    workgroup_id: (given: string) => `${groups} - 1u - ${given}`,
    global_invocation_id: (given: string) => `vec3u(${size}u, 1u, 1u) * ${groups} - 1u - ${given}`,
  };
  let lets = "";
  return code.replaceAll(
    /@builtin\((local_invocation_index|workgroup_id|global_invocation_id)\) (\w+)/g,
    (_, builtin: keyof typeof others, name) => {
      lets += `let ${name} = ${others[builtin](`given_${name}`)};`;
      return `@builtin(${builtin}) given_${name}`;
    },
  ).replace(/fn main\(([^{]*\{)/, (_, rest) => `fn main(${added}${rest}${lets}`);
}
