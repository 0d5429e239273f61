/** A cold start with thread executors. */
import { printFigures } from "../figure.ts";
import { coldStartMs } from "./cold_start.ts";

printFigures({ cold_threads: { value: await coldStartMs("threads") } });
