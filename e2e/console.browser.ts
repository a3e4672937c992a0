import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const quiet = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium with an empty profile, and what went wrong on its pages. */
export class ConsoleBrowser {
  /** Exceptions and refused resources; the test expects none. */
  readonly troubles: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 500) this.troubles.push(`${response.status()} ${response.url()}`);
    });
  }

  static async open(): Promise<ConsoleBrowser> {
    const profile = mkdtempSync(join(tmpdir(), 'ratchet-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: quiet,
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(60_000);
    return new ConsoleBrowser(context, profile, context.pages()[0] ?? (await context.newPage()));
  }

  async signIn(url: string, password: string): Promise<void> {
    const { page } = this;
    await page.goto(url);
    await page.getByLabel('E-mail').fill('admin@ratchet.local');
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}
