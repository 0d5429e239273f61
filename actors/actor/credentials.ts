/** What systems must know of each other before they link. @module */
import type { ListenTls } from "../transport/listener.ts";
import type { ConnectTls } from "../transport/socket.ts";

/** What strangers must know, and what we tell them. */
export interface Credentials {
  /** Shared secret; "" for none. */
  readonly token: string;
  /** What a listener proves with who it is. */
  readonly listenTls: ListenTls | undefined;
  /** Whom to believe besides the authorities that the system knows. */
  readonly connectTls: ConnectTls | undefined;
}

/** Keys and certificates, as PEM text. */
export interface TlsOptions {
  /** Certificate of this side. */
  cert?: string;
  /** Private key of this side. */
  key?: string;
  /** Authorities to trust. */
  caCerts?: readonly string[];
}

/** What users say about secrets, as the dialer wants it. */
export function credentialsOf(options: { token?: string | undefined; tls?: TlsOptions | undefined }): Credentials {
  const { token = "", tls } = options;
  return {
    token,
    listenTls: tls?.cert === undefined || tls.key === undefined ? undefined : { cert: tls.cert, key: tls.key },
    connectTls: tls?.caCerts === undefined ? undefined : { caCerts: tls.caCerts },
  };
}
