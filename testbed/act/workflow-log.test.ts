import { expect, test } from '@jest/globals';
import { WorkflowLog } from './workflow-log.js';

const read = (...events: object[]) => {
  const log = new WorkflowLog(['cook', 'serve']);
  for (const event of events) log.add(JSON.stringify({ level: 'info', ...event }));
  return log;
};
const inStep = { jobID: 'cook', step: 'Boil', stepID: ['boil'], stage: 'Main' };

test('a job that was begun and never ended has failed, and so has not the one that was not begun', () => {
  const { jobs } = read({ jobID: 'cook', msg: '⭐ Run Set up job' }, { ...inStep, msg: '⭐ Run Main Boil' });
  expect(jobs).toMatchObject({
    cook: { result: 'failure', steps: [{ id: 'boil', result: undefined }] },
    serve: { result: 'skipped' },
  });
});

test('a step that act only looked at did not run', () => {
  const { jobs } = read({ ...inStep, stage: 'Pre', msg: 'unable to get git ref' });
  expect(jobs.cook?.steps).toEqual([]);
});

test('an annotation is what the action wrote, also where act undoes the escapes twice', () => {
  const raw = '::error title=a::50 %25250A of%0Athe soup\n';
  const { jobs } = read({ ...inStep, msg: '⭐ Run Main Boil' }, { ...inStep, msg: 'x', command: 'error', arg: 'garbled', raw });
  expect(jobs.cook?.steps[0]?.errors).toEqual(['50 %250A of\nthe soup']);
});

test('what an action asks to be masked is in no line, although act repeats it in a field', () => {
  const { lines } = read({ ...inStep, msg: '  ⚙  ***', command: 'add-mask', arg: 'sesame', raw: '::add-mask::sesame\n' });
  expect(JSON.stringify(lines)).not.toContain('sesame');
});
