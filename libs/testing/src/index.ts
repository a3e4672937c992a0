export * from './models/classifier.models';
export * from './images/sample.images';
export * from './archives/sample.archives';
export * from './fleet/control.plane';
export * from './fleet/inferencer.process';
export * from './fleet/published.model';
export * from './api/api.process';
export * from './images/picture.folder';
