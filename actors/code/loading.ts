/** Decoding is synchronous and importing is not: a value that needs a module is read again when the module is there. @module */

/** Thrown by a hook of the value codec when something must be loaded before a value can be read. */
export class LoadingError extends Error {
  /** Settles when it is loaded, or cannot be. */
  readonly loaded: Promise<unknown>;

  /** Something is being loaded. */
  constructor(loaded: Promise<unknown>) {
    super("Cannot read value yet: its modules are being loaded");
    this.loaded = loaded;
  }
}

/** What `read` gives, at once when it needs nothing, else when everything that it needs is loaded. */
export function whenLoaded<T>(read: () => T): T | Promise<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LoadingError)) throw error;
    return error.loaded.then(() => whenLoaded(read));
  }
}
