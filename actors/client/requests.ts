import type { SchedulerToClient } from "../protocol/client_scheduler.ts";

/** An answer of the scheduler to a request. */
export type SchedulerAnswer = Extract<
  SchedulerToClient,
  { readonly type: "done" | "placed" | "holders" | "answer" | "handed" }
>;

interface Request {
  readonly resolve: (answer: SchedulerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** The requests of a session that have no answer yet. */
export class Requests {
  readonly #open = new Map<number, Request>();
  #lastId = 0;
  #end: Error | undefined = undefined;

  /** An id that nothing else has. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Makes a request: `say` gets its id. Rejects when it is refused and when the session ends. */
  ask(say: (ackId: number) => void, ackId: number = this.nextId()): Promise<SchedulerAnswer> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#open.set(ackId, { resolve, reject });
      say(ackId);
    });
  }

  /** Nobody waits for this answer any more. */
  forget(ackId: number): void {
    this.#open.delete(ackId);
  }

  /** An answer has come; one that nobody asked for changes nothing. */
  answer(answer: SchedulerAnswer): void {
    this.#take(answer.ackId)?.resolve(answer);
  }

  /** A refusal has come. */
  refuse(ackId: number, error: unknown): void {
    this.#take(ackId)?.reject(error);
  }

  /** No answer comes any more. */
  end(error: Error): void {
    this.#end = error;
    for (const request of this.#open.values()) request.reject(error);
    this.#open.clear();
  }

  #take(ackId: number): Request | undefined {
    const request = this.#open.get(ackId);
    this.#open.delete(ackId);
    return request;
  }
}
