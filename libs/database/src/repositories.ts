import type { DataSource } from 'typeorm';

/** A repository: plain, made from the data source alone, so that processes without Nest use it as well. */
export type RepositoryClass = new (database: DataSource) => object;

/** Every repository that `DatabaseModule` provides. */
export const repositories: readonly RepositoryClass[] = [];
