export { contentTypes, defaultImageLimits, sniffImageFormat, type ImageFormat, type ImageLimits } from './image.format';
export { inspectImage, type ImageInfo } from './inspect';
export { decodeTo, thumbnail, verifyImage } from './decode';
export { encodePng } from './encode';
export { readImage, readManifest } from './addressed.object';
export { ensurePack, type Pack, type PackOptions } from './pack';
