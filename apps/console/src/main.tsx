import { config } from 'zod';

// The content security policy forbids compiling code, so schemas are walked instead. It must be said before the first
// schema is made: the application is loaded afterwards.
config({ jitless: true });
void import('./app/start').then(({ start }) => start());
