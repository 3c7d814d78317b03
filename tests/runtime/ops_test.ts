/**
 * Each op on the GPU and on the CPU against plain loops, on asymmetric shapes.
 */
import { type OpName, ops } from "../../runtime/ops/mod.ts";
import { testOnCpu, testOnGpu } from "./op_case.ts";
import { opCases } from "./op_cases.ts";

for (const name of Object.keys(ops) as OpName[]) {
  testOnGpu(`${name} on the GPU equals plain loops`, name, opCases[name]);
  testOnCpu(`${name} on the CPU equals plain loops`, name, opCases[name]);
}
