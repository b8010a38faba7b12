import { Menu } from './menu.js';

export default function Page() {
  return (
    <main>
      <h1>Today</h1>
      <Menu />
    </main>
  );
}
