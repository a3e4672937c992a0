import { LayTheVocabulary1795346400000 } from './1795346400000-lay-the-vocabulary';

/** Every migration, oldest first. */
export const migrations = [LayTheVocabulary1795346400000];
