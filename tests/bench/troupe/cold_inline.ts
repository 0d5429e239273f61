/** A cold start with inline executors. */
import { printFigures } from "../figure.ts";
import { coldStartMs } from "./cold_start.ts";

printFigures({ cold_inline: { value: await coldStartMs("inline") } });
