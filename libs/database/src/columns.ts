import { Column, type ColumnOptions, CreateDateColumn, PrimaryColumn } from 'typeorm';
import { uuidv7 } from 'uuidv7';

/** A new identifier: UUID version 7, so that ids sort by creation time. Made in code, never by the database. */
export const newId = (): string => uuidv7();

const toNumber = { to: (value: unknown) => value, from: (value: string | null) => (value === null ? null : +value) };

/** Byte counts and fencing tokens: 64 bits in the database, a JavaScript number below 2^53 here. */
export const BigIntColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: toNumber, ...options });

export const IdColumn = (): PropertyDecorator => PrimaryColumn('uuid');
export const CreatedAt = (): PropertyDecorator => CreateDateColumn({ type: 'timestamptz' });
export const TimeColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'timestamptz', ...options });

/** A CHECK expression: `column` holds one of `values`. */
export const oneOf = (column: string, values: readonly string[]): string =>
  `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`;

/** A CHECK expression: `column` is the lower-case hexadecimal of a SHA-256. */
export const isDigest = (column: string): string => `${column} ~ '^[0-9a-f]{64}$'`;
