import { testTopologies } from "./cases.ts";
import { densePrediction } from "./mod.ts";

testTopologies(densePrediction);
