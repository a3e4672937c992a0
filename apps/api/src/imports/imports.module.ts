import { Module } from '@nestjs/common';
import { ImportWorker } from './import.worker';
import { ImportsController } from './imports.controller';
import { ImportsService } from './imports.service';
import { UploadReceiver } from './upload.receiver';

@Module({ controllers: [ImportsController], providers: [ImportWorker, ImportsService, UploadReceiver] })
export class ImportsModule {}
