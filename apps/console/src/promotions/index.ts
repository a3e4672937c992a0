import { lazy } from 'react';
import type { ResourceProps } from 'react-admin';

export const promotions: ResourceProps = {
  name: 'promotions',
  list: lazy(() => import('./PromotionList')),
  options: { label: 'Promotions' },
};
