import { Controller, Get, Patch, Post } from '@nestjs/common';
import { user, userCreate, userUpdate, type UserView } from '@ratchet/contracts';
import { type ListRequest, type Page, type User, UserRepository } from '@ratchet/database';
import { z } from 'zod';
import { hashPassword } from '../auth/password';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, JsonBody, ListParam } from '../http/parameters';

const view = (row: User): UserView => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  disabled: row.disabled,
  createdAt: row.createdAt.toISOString(),
});

@Controller('api/users')
export class UsersController {
  constructor(private readonly users: UserRepository) {}

  @Get()
  @Endpoint({ summary: 'Users', access: 'admin', answer: z.array(user), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<UserView>> {
    const { rows, total } = await this.users.list(request);
    return { rows: rows.map(view), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One user', access: 'admin', answer: user })
  async get(@IdParam('id', 'user') id: string): Promise<UserView> {
    return view(await this.users.get(id));
  }

  @Post()
  @Endpoint({
    summary: 'Create a user',
    access: 'admin',
    answer: user,
    status: 201,
    idempotent: true,
    audit: 'users.create',
  })
  async create(@JsonBody(userCreate) { password, ...body }: z.output<typeof userCreate>): Promise<UserView> {
    return view(await this.users.create({ ...body, passwordHash: await hashPassword(password) }));
  }

  @Patch(':id')
  @Endpoint({
    summary: 'Change a user; a new password or a disabled account ends its sessions',
    access: 'admin',
    answer: user,
    audit: 'users.update',
  })
  async update(
    @IdParam('id', 'user') id: string,
    @JsonBody(userUpdate) { password, ...change }: z.output<typeof userUpdate>,
  ): Promise<UserView> {
    const secret = password === undefined ? {} : { passwordHash: await hashPassword(password) };
    return view(await this.users.update(id, { ...change, ...secret }));
  }
}
