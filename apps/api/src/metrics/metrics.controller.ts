import { Controller, Get, Header } from '@nestjs/common';
import { Endpoint } from '../http/endpoint.decorator';
import { MetricsService } from './metrics.service';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Endpoint({ summary: 'Prometheus metrics', access: 'viewer', alsoWorkers: true, produces: 'text/plain' })
  metricsText(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
