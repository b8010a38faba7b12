import { writeFileSync } from 'node:fs';

/** Loaded by `--import` into a process: leaves in the file that D9_USAGE names what the process has used. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const file = process.env.D9_USAGE;
  if (file !== undefined)
    writeFileSync(file, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 }));
});
