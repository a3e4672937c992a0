import { Controller, Get } from '@nestjs/common';
import { promotion, type PromotionView } from '@ratchet/contracts';
import { type ListRequest, type Page, PromotionRepository } from '@ratchet/database';
import { z } from 'zod';
import { Endpoint } from '../http/endpoint.decorator';
import { IdParam, ListParam } from '../http/parameters';
import { promotionView } from './promotion.view';

@Controller('api/promotions')
export class PromotionsController {
  constructor(private readonly promotions: PromotionRepository) {}

  @Get()
  @Endpoint({ summary: 'What the gate decided', access: 'viewer', answer: z.array(promotion), list: true })
  async list(@ListParam() request: ListRequest): Promise<Page<PromotionView>> {
    const { rows, total } = await this.promotions.list(request);
    return { rows: rows.map(promotionView), total };
  }

  @Get(':id')
  @Endpoint({ summary: 'One decision', access: 'viewer', answer: promotion })
  async get(@IdParam('id', 'promotion') id: string): Promise<PromotionView> {
    return promotionView(await this.promotions.get(id));
  }
}
