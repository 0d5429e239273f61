import { type TroupeError, troupeError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Frame } from "../wire/message_codec.ts";
import type { FrameStream } from "./frame_stream.ts";
import {
  encodeHello,
  encodeRefusal,
  type Hello,
  type HelloAnswer,
  parseHello,
  prefaceFault,
  PROTOCOL_VERSION,
  type SaidHello,
  sameSecret,
  versionFault,
} from "./hello.ts";

/** A handshake that went well. */
export interface Greeting {
  /** Who is at the other end. */
  readonly hello: Hello;
  /** Frames that came right behind the hello, to be delivered first. */
  readonly early: readonly Frame[];
}

/** The connecting side: says hello first, then takes the listener's hello or refusal. */
export async function greetListener(stream: FrameStream, own: SaidHello, limits: Limits): Promise<Greeting> {
  const protocol = own.protocol ?? PROTOCOL_VERSION;
  stream.sendPreface();
  stream.send({ head: encodeHello(own), buffers: [] });
  const fault = await stream.readPreface(prefaceFault);
  if (fault !== undefined) throw refused(fault);
  const { answer, early, line } = await readHello(stream, own, limits, (answer) => refusalOf(answer, protocol));
  if (answer.type === "refused") throw refused(line ?? answer.line);
  if (line !== undefined) throw refused(line);
  if (!own.isChecked && !answer.isChecked) stream.endSentCheck();
  return { hello: answer.hello, early };
}

/**
 * The listening side: takes a stranger's hello, judges it, and answers.
 *
 * @param accept Says why this peer is not welcome, in one line; undefined when it is.
 * @throws `client/refused` when it was refused; it has been told why, if it speaks the protocol.
 */
export async function greetConnector(
  stream: FrameStream,
  own: SaidHello,
  limits: Limits,
  accept: (hello: Hello) => string | undefined,
): Promise<Greeting> {
  const protocol = own.protocol ?? PROTOCOL_VERSION;
  stream.sendPreface();
  const fault = await stream.readPreface(prefaceFault);
  if (fault !== undefined) throw refused(fault);
  const { answer, early, line } = await readHello(stream, own, limits, (answer) => strangerFault(answer, own, accept));
  if (answer.type === "refused" || line !== undefined) {
    const reason = line ?? "Cannot link: the peer refused before it was asked";
    stream.send({ head: encodeRefusal(reason, protocol), buffers: [] });
    await stream.finish();
    throw refused(reason);
  }
  stream.send({ head: encodeHello({ ...own, token: "" }), buffers: [] });
  if (!own.isChecked && !answer.isChecked) stream.endSentCheck();
  return { hello: answer.hello, early };
}

interface HelloRead {
  readonly answer: HelloAnswer;
  /** What `judge` said. */
  readonly line: string | undefined;
  readonly early: readonly Frame[];
}

/** Reads one frame as a hello. Big frames are accepted behind it at once if the judge has nothing against it. */
async function readHello(
  stream: FrameStream,
  own: SaidHello,
  limits: Limits,
  judge: (answer: HelloAnswer) => string | undefined,
): Promise<HelloRead> {
  const early: Frame[] = [];
  const read: { answer?: HelloAnswer; line?: string | undefined } = {};
  stream.sink = (frame) => {
    if (read.answer !== undefined) {
      early.push(frame);
      return;
    }
    read.answer = parseHello(frame.head);
    read.line = judge(read.answer);
    if (read.line !== undefined || read.answer.type === "refused") return;
    stream.limitBytes = limits.frameBytesMax;
    if (!own.isChecked && !read.answer.isChecked) stream.endReceivedCheck();
  };
  while (read.answer === undefined) {
    if (!await stream.read()) throw troupeError("link/down", "Cannot link: the peer ended before its hello");
  }
  return { answer: read.answer, line: read.line, early };
}

function strangerFault(
  answer: HelloAnswer,
  own: SaidHello,
  accept: (hello: Hello) => string | undefined,
): string | undefined {
  if (answer.type === "refused") return "Cannot link: the peer refused before it was asked";
  const fault = versionFault(own.protocol ?? PROTOCOL_VERSION, answer.hello.protocol);
  if (fault !== undefined) return fault;
  if (own.token !== "" && !sameSecret(answer.token, own.token)) return "Cannot link: wrong token";
  return accept(answer.hello);
}

function refusalOf(answer: HelloAnswer, protocol: number): string | undefined {
  const there = answer.type === "refused" ? answer.protocol : answer.hello.protocol;
  const fault = there === undefined ? undefined : versionFault(protocol, there);
  return fault ?? (answer.type === "refused" ? answer.line : undefined);
}

function refused(line: string): TroupeError {
  const hint = line.endsWith("wrong token") ? "Pass the token that the other end was started with" : undefined;
  return troupeError("client/refused", line, { hint });
}
