import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import type { TaskKey } from "../protocol/task.ts";

/** What a session has to say: all of one microtask leaves together, in order. */
export class SchedulerOutbox {
  readonly #send: (messages: readonly ClientToScheduler[]) => void;
  #messages: ClientToScheduler[] = [];
  /** The keys of the last message while that is a `release`: more of them join it. */
  #releasing: TaskKey[] | undefined = undefined;
  #isScheduled = false;

  /** An outbox that is emptied through `send`. */
  constructor(send: (messages: readonly ClientToScheduler[]) => void) {
    this.#send = send;
  }

  /** Says something at the end of this microtask. */
  say(message: ClientToScheduler): void {
    this.#releasing = undefined;
    this.#messages.push(message);
    this.#schedule();
  }

  /** Says that a key is no longer wanted. */
  release(key: TaskKey): void {
    if (this.#releasing !== undefined) return void this.#releasing.push(key);
    const keys = [key];
    this.say({ type: "release", keys });
    this.#releasing = keys;
  }

  /** Sends now what there is. */
  flush(): void {
    if (this.#messages.length === 0) return;
    const messages = this.#messages;
    this.#messages = [];
    this.#releasing = undefined;
    this.#send(messages);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
