import { testTopologies } from "./cases.ts";
import { detection } from "./mod.ts";

testTopologies(detection);
