export * from './errors';
export * from './network';
export * from './hyperparameters';
export * from './object-store';
