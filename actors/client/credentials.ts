/** What users say about secrets, as the dialer wants it. @module */
import type { Credentials } from "../actor/dialer.ts";
import type { TlsOptions } from "./connect_options.ts";

/** What strangers must know, and what we tell them. */
export function credentialsOf(options: { token?: string | undefined; tls?: TlsOptions | undefined }): Credentials {
  const { token = "", tls } = options;
  return {
    token,
    listenTls: tls?.cert === undefined || tls.key === undefined ? undefined : { cert: tls.cert, key: tls.key },
    connectTls: tls?.caCerts === undefined ? undefined : { caCerts: tls.caCerts },
  };
}
