/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Page } from 'playwright-core';

/** How many pixels the page is wider than the window, and what sticks out. */
export const overflowOf = (page: Page): Promise<{ pixels: number; culprits: string[] }> =>
  page.evaluate(() => {
    const pixels = document.documentElement.scrollWidth - window.innerWidth;
    const culprits = [...document.querySelectorAll('body *')]
      .filter((element) => pixels > 0 && element.getBoundingClientRect().right > window.innerWidth + 1)
      .map((element) => `${element.tagName} ${element.className}`);
    return { pixels: Math.max(0, pixels), culprits: culprits.slice(0, 5) };
  });

/**
 * What a screen reader or a keyboard would stumble over: controls without a name, pictures without a text, no or several
 * main headings, duplicate ids, an order of focus imposed by hand, text on a page without a language.
 */
export const stumblingBlocks = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const visible = (element: Element) => element.checkVisibility({ visibilityProperty: true });
    const show = (element: Element) => element.outerHTML.slice(0, 160);
    const nameOf = (element: Element): string => {
      const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
      const referred = by.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
      return [
        element.getAttribute('aria-label'),
        referred,
        ...[...(labels ?? [])].map((label) => label.textContent),
        element.getAttribute('title'),
        element.textContent,
        ...[...element.querySelectorAll('img')].map((image) => image.alt),
      ]
        .map((text) => text?.trim() ?? '')
        .find(Boolean) as string;
    };
    const controls = 'a[href], button, input:not([type=hidden]), textarea, select, [role=button], [role=combobox]';
    for (const element of document.querySelectorAll(controls))
      if (visible(element) && element.getAttribute('aria-hidden') !== 'true' && !nameOf(element))
        found.push(`no name: ${show(element)}`);
    for (const image of document.querySelectorAll('img'))
      if (!image.hasAttribute('alt')) found.push(`no text: ${show(image)}`);
    for (const region of document.querySelectorAll('[role=img]'))
      if (!nameOf(region)) found.push(`no text: ${show(region)}`);
    const headings = [...document.querySelectorAll('h1')].filter(visible);
    if (headings.length !== 1) found.push(`${headings.length} main headings`);
    for (const element of document.querySelectorAll('[tabindex]'))
      if (Number(element.getAttribute('tabindex')) > 0) found.push(`imposed focus: ${show(element)}`);
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`duplicate id ${id}`);
    if (!document.documentElement.lang) found.push('no language');
    return found;
  });

/** The picture a chart shows now; two that differ show that it moved. */
export const chartPicture = (page: Page, label: RegExp): Promise<string> =>
  page
    .getByRole('img', { name: label })
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
