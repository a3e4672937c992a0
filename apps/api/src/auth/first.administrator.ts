import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UserRepository } from '@ratchet/database';
import { API_CONFIG, type ApiConfig } from '../platform/platform.tokens';
import { hashPassword } from './password';
import { newPassword } from './secrets';

/** Creates the first administrator where there is no user yet, and prints a generated password once. */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly users: UserRepository,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.users.isEmpty())) return;
    const { adminEmail, adminPassword } = this.config.api;
    const password = adminPassword ?? newPassword();
    const passwordHash = await hashPassword(password);
    const created = await this.users.createFirst({
      email: adminEmail,
      name: 'Administrator',
      role: 'admin',
      passwordHash,
    });
    if (created && adminPassword === null)
      process.stdout.write(`\nFirst administrator: ${adminEmail}\nPassword (shown only now): ${password}\n\n`);
  }
}
