import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ENDPOINT, type EndpointOptions } from '../http/endpoint.decorator';
import { PARAMETERS, type ParameterSchemas } from '../http/parameters';

export interface DescribedEndpoint extends EndpointOptions, ParameterSchemas {
  readonly method: string;
  /** `/api/trials/:id` */
  readonly path: string;
  /** The controller's name without its suffix: the tag in the document. */
  readonly group: string;
  readonly handler: string;
}

/**
 * Every route of the given modules, from the decorators on their controllers.
 * @throws Error for a route without `@Endpoint`, or for two routes alike: such an API must not start
 */
export function describeEndpoints(modules: readonly Type[]): DescribedEndpoint[] {
  const controllers = modules.flatMap((module) => (Reflect.getMetadata('controllers', module) ?? []) as Type[]);
  const endpoints = controllers.flatMap(describeController);
  const seen = new Set<string>();
  for (const { method, path } of endpoints) {
    const route = `${method} ${path}`;
    if (seen.has(route)) throw new Error(`two handlers serve ${route}`);
    seen.add(route);
  }
  return endpoints;
}

function describeController(controller: Type): DescribedEndpoint[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((handler) => {
    const target = prototype[handler];
    const method = Reflect.getMetadata(METHOD_METADATA, target) as RequestMethod | undefined;
    if (method === undefined) return [];
    const options = Reflect.getMetadata(ENDPOINT, target) as EndpointOptions | undefined;
    if (!options) throw new Error(`${controller.name}.${handler} has no @Endpoint: say who may call it`);
    return [
      {
        ...options,
        ...(Reflect.getMetadata(PARAMETERS, target) as ParameterSchemas | undefined),
        method: RequestMethod[method],
        path: join(Reflect.getMetadata(PATH_METADATA, controller), Reflect.getMetadata(PATH_METADATA, target)),
        group: controller.name.replace(/Controller$/, ''),
        handler,
      },
    ];
  });
}

const join = (...parts: string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
