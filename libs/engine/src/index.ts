export { chooseDevice, deviceNames, type DeviceName } from './devices/device.choice';
export { measureDevice, reportDevice, type DeviceReport } from './devices/device.report';
export { describeNetwork } from './networks/describe';
export { zooEntries, type ZooArgument } from './networks/zoo';
export { openServingModel, type ServingModel } from './serving.model';
export type { Evaluation } from './training/evaluation';
export {
  openTraining,
  type ChunkResult,
  type ImageSet,
  type TrainingOptions,
  type TrainingSession,
} from './training/session';
export { transcribeTraining, type TrainingTranscript } from './training/transcript';
export { versions } from './versions';
