import type { ClientView } from "./client_view.ts";

/** Options of everything named and shared. */
export interface SharedOptions {
  /** Default: the current client, looked up at first use. */
  client?: ClientView;
}
