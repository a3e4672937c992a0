import { classifyAnswer } from '@ratchet/contracts';
import { z } from 'zod';
import type { DescribedEndpoint } from './endpoints';

const group = 'Predictions';
const anyObject = z.record(z.string(), z.unknown());

/** What the gateway serves before the framework sees it, and which therefore no decorator describes. */
export const predictionEndpoints: readonly DescribedEndpoint[] = [
  {
    group,
    handler: 'classify',
    method: 'POST',
    path: '/v2/models/:task/classify',
    summary: 'Classes of one image or of many',
    access: 'viewer',
    consumes: ['image/*', 'multipart/form-data', 'application/octet-stream'],
    answer: classifyAnswer,
  },
  {
    group,
    handler: 'infer',
    method: 'POST',
    path: '/v2/models/:task/infer',
    summary: "Open Inference Protocol, with Triton's binary tensors",
    access: 'viewer',
    body: anyObject,
    consumes: ['application/octet-stream'],
    answer: anyObject,
  },
  {
    group,
    handler: 'metadata',
    method: 'GET',
    path: '/v2/models/:task',
    summary: 'Inputs and outputs of the model that serves a task',
    access: 'viewer',
    answer: anyObject,
  },
  {
    group,
    handler: 'modelReady',
    method: 'GET',
    path: '/v2/models/:task/ready',
    summary: 'Whether an inferencer serves the task',
    access: 'viewer',
    answer: anyObject,
  },
  {
    group,
    handler: 'ready',
    method: 'GET',
    path: '/v2/health/ready',
    summary: 'Whether any inferencer serves',
    access: 'public',
    answer: z.object({ ready: z.boolean() }),
  },
  {
    group,
    handler: 'live',
    method: 'GET',
    path: '/v2/health/live',
    summary: 'Whether the gateway answers',
    access: 'public',
    answer: z.object({ live: z.boolean() }),
  },
];
