import { featureModules } from '../feature.modules';
import { describeEndpoints } from './endpoints';
import { openApiDocument } from './openapi.document';
import { predictionEndpoints } from './prediction.endpoints';

/** The description of this very API. @throws Error for a route that nobody described */
export const apiDocument = (): Record<string, unknown> =>
  openApiDocument([...describeEndpoints(featureModules), ...predictionEndpoints]);

export const documentText = (): string => `${JSON.stringify(apiDocument(), null, 2)}\n`;
