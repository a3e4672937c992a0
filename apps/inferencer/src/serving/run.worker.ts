import { ComputeSession } from './compute.session';
import type { RunnerRequest } from './worker.messages';
import { answerRequests, type Performed } from './worker.port';

// Entry of a thread that runs models. Everything that takes more than microseconds happens in threads like this one.

const sessions = new Map<number, ComputeSession>();

async function perform(request: RunnerRequest): Promise<Performed> {
  switch (request.type) {
    case 'run': {
      const session = sessions.get(request.serial);
      if (!session) throw new Error(`model ${request.serial} is not loaded in this thread`);
      const probabilities = await session.run(request.images, request.count);
      return { value: probabilities, transfer: [probabilities.buffer as ArrayBuffer] };
    }
    case 'load':
      sessions.set(request.model.serial, await ComputeSession.open(request.model));
      return { value: null };
    case 'unload': {
      const session = sessions.get(request.serial);
      sessions.delete(request.serial);
      await session?.release();
      return { value: null };
    }
  }
}

answerRequests(perform, { oneAtATime: true }); // a session must not be released while it runs
