import { connectBed } from '../testbed/fixture.js';
import { deploys } from './bed-deploys.js';
import { detection } from './bed-detection.js';

const [asked] = process.argv.slice(2);
const runs = asked === undefined ? { deploys: 5, detection: 30 } : { deploys: Number(asked), detection: Number(asked) };
const fixture = connectBed();
try {
  console.log(JSON.stringify([...(await deploys(fixture, runs.deploys)), ...(await detection(fixture, runs.detection))]));
} finally {
  await fixture.close();
}
