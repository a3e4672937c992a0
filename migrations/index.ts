import { LayTheVocabulary1795346400000 } from './1795346400000-lay-the-vocabulary';
import { LetAChallengerTry1795357800000 } from './1795357800000-let-a-challenger-try';
import { CountDeadImportRunners1795359600000 } from './1795359600000-count-dead-import-runners';
import { SayWhereGrpcIs1795363200000 } from './1795363200000-say-where-grpc-is';
import { LetATaskBeUnloaded1795363260000 } from './1795363260000-let-a-task-be-unloaded';
import { SayWhatATestResampled1795383000000 } from './1795383000000-say-what-a-test-resampled';

/** Every migration, oldest first. */
export const migrations = [
  LayTheVocabulary1795346400000,
  LetAChallengerTry1795357800000,
  CountDeadImportRunners1795359600000,
  SayWhereGrpcIs1795363200000,
  LetATaskBeUnloaded1795363260000,
  SayWhatATestResampled1795383000000,
];
