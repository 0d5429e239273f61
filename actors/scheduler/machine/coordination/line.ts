/** A place in a {@linkcode Line}. */
export class Place<T> {
  /** Who stands there. */
  readonly item: T;
  /** Undefined once it has left. */
  line: Line<T> | undefined;
  previous: Place<T> | undefined = undefined;
  next: Place<T> | undefined = undefined;

  constructor(item: T, line: Line<T>) {
    this.item = item;
    this.line = line;
  }
}

/** First come, first served, and whoever has enough of waiting leaves from anywhere at the same cost. */
export class Line<T> {
  #first: Place<T> | undefined = undefined;
  #last: Place<T> | undefined = undefined;
  #size = 0;

  /** How many stand in it. */
  get size(): number {
    return this.#size;
  }

  /** Who is next. */
  get first(): T | undefined {
    return this.#first?.item;
  }

  /** Joins at the end. */
  join(item: T): Place<T> {
    const place = new Place(item, this);
    this.#insert(place, this.#last, undefined);
    return place;
  }

  /** Joins before the first for whom `isLater` holds: for what comes back to where it was. */
  rejoin(item: T, isLater: (other: T) => boolean): Place<T> {
    const place = new Place(item, this);
    let next = this.#first;
    while (next !== undefined && !isLater(next.item)) next = next.next;
    this.#insert(place, next === undefined ? this.#last : next.previous, next);
    return place;
  }

  /** Leaves; does nothing when that has happened. */
  leave(place: Place<T>): void {
    if (place.line !== this) return;
    if (place.previous === undefined) this.#first = place.next;
    else place.previous.next = place.next;
    if (place.next === undefined) this.#last = place.previous;
    else place.next.previous = place.previous;
    place.line = undefined;
    place.previous = undefined;
    place.next = undefined;
    this.#size--;
  }

  /** The first leaves. */
  shift(): T | undefined {
    const place = this.#first;
    if (place === undefined) return undefined;
    this.leave(place);
    return place.item;
  }

  /** Everybody, the first first; the line must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, undefined, undefined> {
    for (let place = this.#first; place !== undefined; place = place.next) yield place.item;
    return undefined;
  }

  #insert(place: Place<T>, previous: Place<T> | undefined, next: Place<T> | undefined): void {
    place.previous = previous;
    place.next = next;
    if (previous === undefined) this.#first = place;
    else previous.next = place;
    if (next === undefined) this.#last = place;
    else next.previous = place;
    this.#size++;
  }
}
