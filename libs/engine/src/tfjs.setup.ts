import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode } from '@tensorflow/tfjs-core';

/** Without this tfjs greets every process with an advertisement for its native backend. */
enableProdMode();
