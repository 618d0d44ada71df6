/** What a model answers where there is nothing to say. */
export const SILENCE = 'SILENT';

/** Whether an answer is the agreed silence; models put it in quotes, end it with a full stop, or go on to explain it. */
export function isSilence(answer: string): boolean {
  const bare = withoutOpening(answer);
  return (
    /^[\s.…]*$/.test(bare) || /^SILENT(?![\p{L}\p{N}])/u.test(bare) || /^silent[^\p{L}\p{N}]*$/iu.test(bare)
  );
}

/** Whether an answer that grows may yet become the agreed silence. */
export function maySilence(answer: string): boolean {
  return isSilence(answer) || SILENCE.startsWith(withoutOpening(answer).toUpperCase());
}

function withoutOpening(answer: string): string {
  return answer.replace(/^[\s"'“”‘’*_`([<]+/, '');
}
