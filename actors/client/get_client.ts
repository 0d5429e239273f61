import { troupeError } from "../base/errors.ts";
import { Client } from "./client.ts";
import { lastOpenClient, runningTask } from "./defaults.ts";

/** The current client: inside a task the worker's own; else the one connected last and still open. Throws `client/none`. */
export function getClient(): Client {
  const client = runningTask()?.client() ?? lastOpenClient();
  if (client instanceof Client) return client;
  throw troupeError("client/none", "Cannot get the current client: none is connected", {
    hint: "Call `await Client.connect()` first",
  });
}
