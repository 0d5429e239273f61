/** Throw it in a task to have the task placed again, elsewhere if possible. */
export class Reschedule extends Error {
  /** The name by which executors know it. */
  override readonly name = "Reschedule";

  /** Without arguments. */
  constructor() {
    super("The task asks to be placed again");
  }
}
