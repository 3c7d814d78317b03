import { testTopologies } from "./cases.ts";
import { recognition } from "./mod.ts";

testTopologies(recognition);
