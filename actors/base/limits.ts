/** Every limit there is, with its unit in the name and its reason. Passed in at the top, so that tests can tighten them. */
export interface Limits {
  /** Largest frame accepted from a peer that has said hello: head and buffers together. 1 GB values must pass. */
  readonly frameBytesMax: number;
  /** Largest frame accepted before the hello: a stranger must not make us allocate. */
  readonly helloBytesMax: number;
  /** How long a stranger may take to say hello. */
  readonly helloTimeoutMs: number;
  /** A byte array at least this long travels beside the head of a frame, in an allocation of its own. */
  readonly besideBytesMin: number;
  /** Silence after which a connection sends a heartbeat. */
  readonly heartbeatMs: number;
  /** Silence after which a peer counts as gone. */
  readonly silenceMs: number;
  /** Bytes waiting to be written above which senders are asked to wait. */
  readonly bufferedBytesHigh: number;
  /** A value at least this big that several calls of one `map` share travels once, as a task that they depend on. */
  readonly constantBytesMin: number;
  /** Encoded results up to this size ride along with the "finished" message. */
  readonly inlineBytesMax: number;
  /** Messages in one mailbox, unless its owner says otherwise. */
  readonly mailboxCapacity: number;
  /** Runs in hand per executor beyond the running one, at most: enough to hide the hop for the tiniest tasks. */
  readonly prefetchMax: number;
  /** Work in hand per executor that prefetching aims at: a few hops' worth, so little that nobody waits behind it. */
  readonly prefetchTargetMs: number;
  /** Deaths that a started run may be blamed for: with the last of them it fails with `task/killed-worker`. */
  readonly deathsAllowed: number;
  /** Time between the AbortSignal and the end of an executor whose task ignores it. */
  readonly cancelGraceMs: number;
  /** Lines of a task's story that are kept. */
  readonly storyLength: number;
  /** Captured output per second and executor, in characters; more is cut, with a note. */
  readonly printedCharsPerSecondMax: number;
}

/** The limits used unless told otherwise. */
export const DEFAULT_LIMITS: Limits = {
  frameBytesMax: 3 * 1024 ** 3,
  helloBytesMax: 64 * 1024,
  helloTimeoutMs: 5_000,
  besideBytesMin: 64 * 1024,
  heartbeatMs: 5_000,
  silenceMs: 20_000,
  bufferedBytesHigh: 16 * 1024 ** 2,
  constantBytesMin: 100_000,
  inlineBytesMax: 16 * 1024,
  mailboxCapacity: 1_000,
  prefetchMax: 256,
  prefetchTargetMs: 4,
  deathsAllowed: 3,
  cancelGraceMs: 1_000,
  storyLength: 32,
  printedCharsPerSecondMax: 1024 ** 2,
};
