/** Sockets both ways, as a system that has ports of its own is given them. @module */
import { listenSocket } from "./listener.ts";
import { connectSocket } from "./socket.ts";

/** How ports are opened and dialled. */
export interface Sockets {
  readonly listen: typeof listenSocket;
  readonly connect: typeof connectSocket;
}

/** TCP, TLS and Unix sockets. */
export const SOCKETS: Sockets = { listen: listenSocket, connect: connectSocket };
