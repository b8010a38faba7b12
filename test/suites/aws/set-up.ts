import { installMoto } from '../../../testbed/aws/moto.js';

/** Before the first test, whose time is no time for an installation. */
export default async function setUp(): Promise<void> {
  await installMoto();
}
