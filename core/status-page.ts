/** A page that tells a machine, or a person in need, how a process is. */
export interface StatusPage {
  /** 503: not well. */
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly text: string;
}
