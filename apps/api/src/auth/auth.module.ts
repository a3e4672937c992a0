import { Global, Module } from '@nestjs/common';
import { AuthService } from './auth.service';
import { FirstAdministrator } from './first.administrator';

@Global()
@Module({ providers: [AuthService, FirstAdministrator], exports: [AuthService] })
export class AuthModule {}
