import { RatchetError } from '@ratchet/domain';
import { describeNetwork, zooEntries } from '@ratchet/engine';
import type { DescribeReply, DescribeRequest } from './describe.messages';

/*
 * Runs in a process of its own: building a network somebody sent may take long or all memory, and must then take
 * nobody else with it. One request at a time.
 */

async function answer(request: DescribeRequest): Promise<DescribeReply> {
  if (request.kind === 'zoo')
    return { zoo: zooEntries() as unknown as Extract<DescribeReply, { zoo: unknown }>['zoo'] };
  return { description: await describeNetwork(request.spec, request.input, request.classes) };
}

function refusalOf(error: unknown): DescribeReply {
  const refusal =
    error instanceof RatchetError
      ? { code: error.code, message: error.message, details: { ...error.details } }
      : {
          code: 'invalid_input',
          message: `spec: the network cannot be built: ${error instanceof Error ? error.message : String(error)}`,
          details: { field: 'spec' },
        };
  return { refusal };
}

process.on('message', (request: DescribeRequest) => {
  void answer(request)
    .catch(refusalOf)
    .then((reply) => process.send?.(reply));
});
process.once('disconnect', () => process.exit(0));
