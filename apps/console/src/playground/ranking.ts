/** Classes by falling probability; of equal ones the earlier class first. */
export const ranking = (
  classes: readonly string[],
  probabilities: readonly number[],
): { name: string; probability: number }[] =>
  classes.map((name, i) => ({ name, probability: probabilities[i] })).sort((a, b) => b.probability - a.probability);
