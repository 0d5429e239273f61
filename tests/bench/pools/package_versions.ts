/**
 * The packages that only the bench needs, pinned. They are imported through a variable, so that neither type checking
 * nor the lock file of the project asks for them.
 */
export const PACKAGES: Readonly<Record<"piscina" | "workerpool" | "poolifier" | "comlink", string>> = {
  piscina: "npm:piscina@5.3.2",
  workerpool: "npm:workerpool@10.0.3",
  poolifier: "npm:poolifier-web-worker@0.5.15",
  comlink: "npm:comlink@4.4.2",
};
