/** What one GraphQL request may ask for. */
export interface QueryLimits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Tokens of a document: bounds parsing and validation, before anything else is known about it. */
  readonly tokens: number;
  /** Levels of nested fields. */
  readonly depth: number;
  /** Fields renamed by an alias. */
  readonly aliases: number;
  /** Objects an answer may hold, as estimated from the page sizes asked for. */
  readonly cost: number;
  /** Rows of one page. */
  readonly pageSize: number;
}

/** Rows of a page when the request says neither `first` nor `last`. */
export const DEFAULT_PAGE_SIZE = 100;

/** Generous for screens and exports by page, far below what would keep a server or a lane busy for seconds. */
export const QUERY_LIMITS: QueryLimits = {
  bodyBytes: 100_000,
  tokens: 5_000,
  depth: 15,
  aliases: 50,
  cost: 10_000,
  pageSize: 500,
};
