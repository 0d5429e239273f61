import { Buffer } from "node:buffer";
import { assert, assertEquals, assertNotStrictEquals, assertStringIncludes } from "@std/assert";
import { TroupeError, troupeError } from "../../actors/base/errors.ts";
import { LINK_KINDS, openLink } from "../support/links.ts";
import { Recorder } from "../support/recorder.ts";

// The same behaviour, whatever lies between the two ends.
for (const kind of LINK_KINDS) {
  Deno.test(`${kind}: send() delivers each message once and in order when many are sent at once`, async () => {
    await using link = await openLink(kind);
    const near = new Recorder();
    const far = new Recorder();
    const expected = Array.from({ length: 1_000 }, (_, index) => ["said", index, "x".repeat(index % 50)]);
    link.near.send(expected[0]);
    link.near.open(near);
    link.far.open(far);
    for (const message of expected.slice(1)) link.near.send(message);
    link.far.send(["answer", null, true, -0, 1.5, 2n ** 70n, undefined]);
    assertEquals(await far.received(expected.length), expected);
    assertEquals(await near.received(1), [["answer", null, true, -0, 1.5, 2n ** 70n, undefined]]);
  });

  Deno.test(`${kind}: open() delivers nothing before its caller goes on`, async () => {
    await using link = await openLink(kind);
    const far = new Recorder();
    link.near.send(["early"]);
    if (kind !== "in-process") await link.near.drained();
    link.far.open(far);
    link.near.send(["late"]);
    assertEquals(far.messages, []);
    assertEquals(await far.received(2), [["early"], ["late"]]);
  });

  Deno.test(`${kind}: send() delivers big buffers whole, each in its own allocation`, async () => {
    await using link = await openLink(kind);
    const far = new Recorder();
    link.far.open(far);
    link.near.open(new Recorder());
    const big = new Uint8Array(8 * 1024 ** 2).map((_, index) => index * 31 + (index >>> 8));
    const other = big.slice(0, 1024 ** 2);
    link.near.send(["data", big, [other], new Uint8Array([1, 2, 3])]);
    const [message] = await far.received(1);
    assert(Array.isArray(message) && message[1] instanceof Uint8Array && message[2][0] instanceof Uint8Array);
    assertEquals(Buffer.compare(message[1], big), 0);
    assertEquals(Buffer.compare(message[2][0], other), 0);
    assertEquals(message[3], new Uint8Array([1, 2, 3]));
    assertNotStrictEquals(message[1].buffer, message[2][0].buffer);
    assertEquals(message[1].buffer.byteLength, big.byteLength);
  });

  Deno.test(`${kind}: close() says what was sent, then ends both ends in order`, async () => {
    await using link = await openLink(kind);
    const near = new Recorder();
    const far = new Recorder();
    link.near.open(near);
    const bulk = new Uint8Array(4 * 1024 ** 2).fill(7);
    link.near.send(["last", bulk]);
    const closing = link.near.close();
    link.near.send(["after the end"]);
    link.far.open(far);
    await closing;
    assertEquals(await near.end, undefined);
    assertEquals(await far.end, undefined);
    assertEquals(far.messages, [["last", bulk]]);
    await link.near.close();
    await link.far.close();
    assertEquals([near.closedCount, far.closedCount], [1, 1]);
  });

  Deno.test(`${kind}: close() works from the other end, and from both at once`, async () => {
    await using first = await openLink(kind);
    const near = new Recorder();
    first.near.open(near);
    first.far.open(new Recorder());
    first.far.send(["bye"]);
    await first.far.close();
    assertEquals(await near.end, undefined);
    assertEquals(near.messages, [["bye"]]);

    await using second = await openLink(kind);
    const ends = [new Recorder(), new Recorder()] as const;
    second.near.open(ends[0]);
    second.far.open(ends[1]);
    await Promise.all([second.near.close(), second.far.close()]);
    assertEquals([await ends[0].end, await ends[1].end], [undefined, undefined]);
  });

  Deno.test(`${kind}: abort() ends with its reason here and link/down there`, async () => {
    await using link = await openLink(kind);
    const near = new Recorder();
    const far = new Recorder();
    link.near.open(near);
    link.far.open(far);
    const reason = troupeError("client/closed", "Cannot go on: test");
    link.near.abort(reason);
    assertEquals(near.closedCount, 0);
    assert(await near.end === reason);
    const down = await far.end;
    assert(TroupeError.is(down, "link/down"));
    assertStringIncludes(down.message, `Link to ${link.far.peer} is down: `);
    link.near.send(["dropped"]);
    await link.near.drained();
    assertEquals([near.closedCount, far.closedCount, far.messages.length], [1, 1, 0]);
  });

  Deno.test(`${kind}: a handler that throws breaks the connection with its error as cause`, async () => {
    await using link = await openLink(kind);
    const near = new Recorder();
    link.near.open(near);
    const fault = new Error("no such conversation");
    const end = Promise.withResolvers<TroupeError | undefined>();
    link.far.open({
      message() {
        throw fault;
      },
      closed: end.resolve,
    });
    link.near.send(["unexpected"]);
    const reason = await end.promise;
    assert(TroupeError.is(reason, "link/down") && reason.cause === fault);
    assert(TroupeError.is(await near.end, "link/down"));
  });

  if (kind === "in-process") continue;
  Deno.test(`${kind}: send() breaks the connection when a message cannot travel`, async () => {
    await using link = await openLink(kind);
    const near = new Recorder();
    link.near.open(near);
    link.far.open(new Recorder());
    link.near.send([() => 1]);
    const reason = await near.end;
    assert(TroupeError.is(reason, "link/down"));
    assertStringIncludes(reason.message, `Cannot send message to ${link.near.peer}: `);
  });
}
