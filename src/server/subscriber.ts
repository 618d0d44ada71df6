/** One connected client, as the server's parts see it; `ws.ts` makes them of sockets. */
export interface Subscriber {
  /** Bytes handed over and not yet taken by the client's side of the network. */
  readonly bufferedBytes: number;
  /** A Buffer made from text goes out as a text message. Nothing is copied: the bytes must not change. */
  send(data: Uint8Array, kind: 'text' | 'binary'): void;
  /** Starts the closing handshake; the subscriber leaves its endpoint at once. */
  close(code: number, reason: string): void;
}

/** What answers on one WebSocket path. */
export interface Endpoint {
  joined(subscriber: Subscriber): void;
  /** May raise MESSAGE_INVALID, which closes the subscriber with 1008. */
  received(subscriber: Subscriber, text: string): void;
  left(subscriber: Subscriber): void;
}

/** Close codes of RFC 6455 section 7.4.1 and its registry. */
export const CLOSE = { goingAway: 1001, policyViolation: 1008, tryAgainLater: 1013 } as const;

/** Subscribers closed by the server, by reason, and connections refused. Counted for `/healthz`. */
export interface Refusals {
  invalid: number;
  slow: number;
  full: number;
}
