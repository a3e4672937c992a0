import type { Hyperparameters } from '@ratchet/domain';

/** Every augmentation by itself, and all together. */
export const augmentationSettings: Record<string, Partial<Hyperparameters>> = {
  flips: { flipHorizontal: true, flipVertical: true },
  shift: { shift: 0.3 },
  rotation: { rotate90: true },
  light: { brightness: 0.2, contrast: 0.3 },
  noise: { noise: 0.1 },
  mixup: { mixup: 0.4 },
  cutmix: { cutmix: 1 },
  standardisation: { standardize: true },
  everything: {
    flipHorizontal: true,
    shift: 0.2,
    rotate90: true,
    brightness: 0.1,
    contrast: 0.1,
    noise: 0.05,
    mixup: 0.2,
    cutmix: 1,
    standardize: true,
  },
};
