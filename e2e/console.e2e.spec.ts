import type { Page } from 'playwright-core';
import { ConsoleBrowser } from './console.browser';
import { chartPicture, overflowOf, stumblingBlocks } from './console.checks';
import { digitPng, digitsZip } from './digits.archive';
import { RunningRatchet } from './running.ratchet';

const perClass = 60;

/** Every page that needs no record of its own, and its title. */
const pages = [
  ['/', 'Dashboard'],
  ['/playground', 'Playground'],
  ['/datasets', 'Datasets'],
  ['/datasets/create', 'New dataset'],
  ['/dataset-versions', 'Dataset versions'],
  ['/tasks', 'Tasks'],
  ['/tasks/create', 'New task'],
  ['/networks', 'Networks'],
  ['/networks/create', 'New network'],
  ['/hyperparameter-sets', 'Hyperparameter sets'],
  ['/hyperparameter-sets/create', 'New hyperparameter set'],
  ['/experiments', 'Experiments'],
  ['/experiments/create', 'New experiment'],
  ['/trials', 'Trials'],
  ['/trials/compare', 'Compare trials'],
  ['/model-versions', 'Models'],
  ['/promotions', 'Promotions'],
  ['/deployments', 'Deployments'],
  ['/inferencers', 'Fleet'],
  ['/users', 'Users'],
  ['/users/create', 'New user'],
  ['/api-keys', 'API keys'],
  ['/api-keys/create', 'New API key'],
  ['/audit-events', 'Audit'],
] as const;

describe('the console in a real browser', () => {
  const ratchet = new RunningRatchet('--no-demo');
  let browser: ConsoleBrowser;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    url = await ratchet.url();
  });
  afterAll(() => ratchet.stop());
  beforeEach(async () => {
    browser = await ConsoleBrowser.open();
    ({ page } = browser);
  });
  afterEach(() => browser.close());

  const follow = (name: string) =>
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
  const link = (name: string) => page.getByRole('link', { name }).first().click();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const fill = (label: string, text: string) => page.getByRole('textbox', { name: label }).first().fill(text);
  const choose = async (label: string, option: string | RegExp) => {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option }).first().click();
  };

  it('shows what a refused sign-in says', async () => {
    await page.goto(url);
    await fill('E-mail', 'admin@ratchet.local');
    await page.locator('input[type=password]').fill('not the password');
    await press('Sign in');
    await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
    expect(await stumblingBlocks(page)).toEqual([]);
  });

  it('goes all the way by hand: from an archive to a champion that classifies', async () => {
    await browser.signIn(url, ratchet.adminPassword());

    await follow('Datasets');
    await link('New dataset');
    await fill('Name', 'Digits by hand');
    await press('Create, then upload images');
    await page.getByLabel('Drop a zip or tar of class folders, or choose one').setInputFiles({
      name: 'digits.zip',
      mimeType: 'application/zip',
      buffer: await digitsZip(perClass),
    });
    await page.getByText(`${10 * perClass} images accepted, 1 file rejected`).waitFor();
    await press('Rejected files (1)');
    await page.getByRole('cell', { name: '3/notes.png' }).waitFor();
    await link('See the images');
    await page.getByRole('img', { name: /Images of 10 classes/ }).waitFor();
    await page.getByRole('button', { name: 'gate', exact: true }).click();
    await page.getByText('90 images', { exact: true }).waitFor();
    expect(await page.getByRole('img', { name: /\.png$/ }).count()).toBe(60);

    await link('New task from it');
    const suggested = () => page.getByLabel('Name in addresses').inputValue();
    await ratchet.when('a suggested name', async () => ((await suggested()) === 'digits-by-hand' ? true : null));
    await press('Next');
    await press('Next');
    await press('Create task');
    await page.getByRole('heading', { name: 'No champion yet' }).waitFor();

    await follow('Networks');
    await link('New network');
    await page.locator('input[type=radio][value=mlp]').check();
    await page.getByRole('table', { name: 'Layers' }).waitFor();
    await fill('Name', 'Small perceptron');
    await press('Register network');
    await page.getByText('zoo: mlp').first().waitFor();

    await follow('Hyperparameters');
    await link('New set');
    await fill('Name', 'Two rates');
    await fill('Learning rate', '-1');
    await press('Register set');
    await page.getByText(/-1: /).first().waitFor();
    await fill('Learning rate', '0.001, 0.003');
    await fill('Epochs', '6');
    await page.getByRole('status').filter({ hasText: '2 combinations' }).waitFor();
    await press('Register set');
    await page.getByText('2 combinations per dataset and network').waitFor();

    await follow('Experiments');
    await link('New experiment');
    await fill('Name', 'By hand');
    await choose('Task', 'Digits by hand');
    await choose('Dataset versions', /Digits by hand/);
    await choose('Networks', /Small perceptron/);
    await choose('Hyperparameter sets', /Two rates/);
    await page.keyboard.press('Escape');
    await page.getByRole('alert').filter({ hasText: 'launches 2 trials of together 12 epochs' }).waitFor();
    await press('Launch');

    const curves = /Validation accuracy over training steps/;
    await page.getByRole('img', { name: curves }).locator('canvas').first().waitFor();
    const before = await chartPicture(page, curves);
    await ratchet.when('a curve to move', async () => ((await chartPicture(page, curves)) === before ? null : true));
    await page.getByText('2 of 2: 2 completed').first().waitFor({ timeout: 300_000 });

    await follow('Dashboard');
    await page.getByRole('img', { name: /champion/ }).waitFor();
    await page.getByRole('table', { name: 'Latest gate decisions' }).getByText('promoted').first().waitFor();

    await follow('Playground');
    await page.getByLabel('Drop an image, or choose one').setInputFiles({
      name: 'seven.png',
      mimeType: 'image/png',
      buffer: await digitPng(7, perClass + 5),
    });
    await page.getByRole('list', { name: 'Probabilities' }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole('list', { name: 'Probabilities' }).getByRole('listitem').count()).toBe(10);
    await page.getByText('Generation').first().waitFor();

    await follow('Tasks');
    await link('Digits by hand');
    await press('Challenge the champion');
    await choose('Model', /^Version/);
    await press('Start');
    await page.getByRole('heading', { name: 'Challenger: shadow' }).waitFor();
    expect(await stumblingBlocks(page)).toEqual([]);
    await press('Stop');
    await page.getByRole('heading', { name: 'No challenger' }).waitFor();

    await press('Unload');
    await page.getByRole('dialog').getByRole('button', { name: 'Unload', exact: true }).click();
    const unloaded = page.getByRole('alert').filter({ hasText: 'Digits by hand is unloaded' });
    await unloaded.waitFor();
    await follow('Fleet');
    await unloaded.waitFor();
    await press('Load Digits by hand');
    await unloaded.waitFor({ state: 'detached' });

    const { rows } = await (await ratchet.administrator()).list('promotions', { filter: { outcome: 'promoted' } });
    const better = rows.find((promotion) => promotion.againstId)!;
    await page.evaluate(`location.hash = '/model-versions/${better.modelVersionId}/show'`);
    await press('Show the images that decided');
    const decided = page.getByRole('list', { name: 'Only this one right' }).getByRole('listitem');
    await decided.first().waitFor();
    expect(await decided.count()).toBe(Math.min(48, better.gained));
    await page.evaluate(`location.hash = '/model-versions/${better.againstId}/show'`);
    await page
      .getByRole('button', { name: /^Show the \d called \d$/ })
      .first()
      .click();
    await page.getByText(/^Only \d called \d$/).waitFor();
    expect(await stumblingBlocks(page)).toEqual([]);
    expect(browser.troubles).toEqual([]);
  });

  it('fits a phone and names every control, in the light and in the dark', async () => {
    await browser.signIn(url, ratchet.adminPassword());
    await press('Close menu');
    await press('Open menu');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Open menu' }).waitFor(); // behind an open drawer it would be inert
    for (const [theme, width] of [
      ['light', 390],
      ['dark', 1280],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.reload();
      if (theme === 'dark') await page.getByRole('button', { name: 'Toggle light/dark mode' }).click();
      for (const [route, title] of pages) {
        await page.evaluate(`location.hash = '${route}'`);
        await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
        await page.getByRole('progressbar', { name: /^Loading/ }).waitFor({ state: 'detached' });
        expect({ route, width, ...(await overflowOf(page)) }).toEqual({ route, width, pixels: 0, culprits: [] });
        expect({ route, width, blocks: await stumblingBlocks(page) }).toEqual({ route, width, blocks: [] });
      }
    }
    expect(browser.troubles).toEqual([]);
  });
});
