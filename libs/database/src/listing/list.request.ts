/** A page of rows as a client asks for it; fields are not yet checked against any resource. */
export interface ListRequest {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly sort: readonly [field: string, order: 'ASC' | 'DESC'] | null;
  /** First row, from 0. */
  readonly offset: number;
  readonly limit: number;
}

export interface Page<T> {
  readonly rows: T[];
  /** Rows that match the filter, on all pages. */
  readonly total: number;
}

export type ListFieldKind = 'uuid' | 'text' | 'number' | 'boolean' | 'time';

/** One field that rows may be filtered and sorted by. */
export interface ListField {
  /** A property path such as `trial.state`, or an SQL expression; never anything a client wrote. */
  readonly column: string;
  readonly kind: ListFieldKind;
  /** Whether the free-text filter `q` looks into it. */
  readonly searched?: true;
  /** For columns that mean nothing as an order. */
  readonly unsortable?: true;
}

export type ListFields = Readonly<Record<string, ListField>>;
