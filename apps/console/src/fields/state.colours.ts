type Colour = 'default' | 'primary' | 'success' | 'warning' | 'error' | 'info';

const colours: Readonly<Record<string, Colour>> = {
  QUEUED: 'default',
  PENDING: 'default',
  RUNNING: 'info',
  LOADING: 'info',
  COMPLETED: 'success',
  SERVING: 'success',
  ONLINE: 'success',
  CONFIRMED: 'success',
  promoted: 'success',
  kept: 'default',
  vetoed: 'warning',
  'rolled-back': 'warning',
  PROVISIONAL: 'warning',
  DRAINING: 'warning',
  unloaded: 'warning',
  LOST: 'warning',
  FAILED: 'error',
  OFFLINE: 'error',
};

export const colourOfState = (state: string): Colour => colours[state] ?? 'default';
