import type { PromotionPolicy } from '@ratchet/domain';

export const policyTitles: Readonly<Record<PromotionPolicy, string>> = {
  'every-improvement': 'Every improvement goes live',
  'certified-only': 'Only certified improvements go live',
  manual: 'A person promotes',
};
export const policyChoices = Object.entries(policyTitles).map(([id, name]) => ({ id, name }));
