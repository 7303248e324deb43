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
  /** Fields and fragments once every spread is replaced by its fragment: bounds validation. */
  readonly selections: number;
  /** Objects in the arguments of one operation, variables included. */
  readonly inputObjects: number;
  /** Levels of objects and lists in an argument. */
  readonly inputDepth: number;
  /** Conditions on the rows of relations (`some`, `every`, `none`) in the arguments of one operation. */
  readonly relationFilters: number;
  /** Levels of such conditions within each other: each multiplies the rows the database looks at. */
  readonly relationFilterDepth: number;
  /** Objects an answer may hold, as estimated from the page sizes asked for. */
  readonly cost: number;
  /** Milliseconds that planning the operation may take, as estimated from its fields: nobody else is answered meanwhile. */
  readonly planning: number;
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
  selections: 5_000,
  inputObjects: 200,
  inputDepth: 12,
  relationFilters: 20,
  relationFilterDepth: 2,
  cost: 10_000,
  planning: 150,
  pageSize: 500,
};
