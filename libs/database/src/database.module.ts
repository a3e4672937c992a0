import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { databaseOptions, type DatabaseOptions, openDatabase } from './database';
import { repositories, type RepositoryClass } from './repositories';

const provide = (Repository: RepositoryClass): Provider => ({
  provide: Repository,
  inject: [DataSource],
  useFactory: (database: DataSource) => new Repository(database),
});

/** One connection pool and every repository, for the whole application. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(url: string, options: DatabaseOptions = {}): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => databaseOptions(url, options),
          dataSourceFactory: () => openDatabase(url, options),
        }),
      ],
      providers: repositories.map(provide),
      exports: [...repositories],
    };
  }
}
